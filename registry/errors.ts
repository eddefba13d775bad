/** What may be wrong with a registry, a name given to it, or the files of a version. */

/** What was wrong, for programs; the message says it to people, with what to do. */
export type RegistryErrorCode =
  /** A model, alias, tag or file name that MLflow or a file system would not take. */
  | 'name_invalid'
  | 'uri_invalid'
  | 'version_not_found'
  | 'alias_not_found'
  /** An alias file that holds no version number, or the number of a version that is not there. */
  | 'alias_broken'
  /** What the registry keeps about a version cannot be read. */
  | 'record_broken'
  /** A file that belongs to every version is missing. */
  | 'version_incomplete'
  /** A file differs from what `SHA256SUMS` says. */
  | 'checksum_mismatch'
  | 'nothing_to_roll_back'
  /** Another process held the lock for longer than we wait. */
  | 'registry_locked'
  /** Another process took the lock over while we held it. */
  | 'registry_lock_lost'
  /** The file system refuses what the registry needs. */
  | 'registry_unusable'
  /** The file system refuses what the cache of fetched versions needs. */
  | 'cache_unusable'
  /** The address of the registry's server, or what to sign in with, cannot be used. */
  | 'registry_misconfigured'
  /** The registry's server cannot be reached, does not answer, or breaks off. */
  | 'registry_unreachable'
  /** The registry's server does not let this user in, or not do this. */
  | 'registry_refused'
  /** The registry's server failed, or answered what it should not. */
  | 'registry_failed'
  /** The registry's server keeps its files where this program does not go. */
  | 'registry_unsupported'
  /** Another writer moved an alias at the same time. */
  | 'alias_contended'
  /** A parameter, metric or report that MLflow would lose or cut without a word. */
  | 'run_invalid'
  /** The registry's server said that it took something, and does not have it. */
  | 'write_lost';

/** A fault of a registry, of what was asked of it or of what it holds. */
export class RegistryError extends Error {
  override readonly name = 'RegistryError';
  constructor(
    readonly code: RegistryErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
