/**
 * A switch in two steps: every participant prepares the version beside the one that it serves, and only when all have
 * does any activate it. There is one participant in a process; the coordinator may be in another.
 */
import type { ModelVersion } from '../../registry/model-registry.js';

/** Plain data, since it may cross to another process. */
export interface Target {
  readonly version: ModelVersion;
  /** The local folder that holds the version's files, with their checksums verified. */
  readonly folder: string;
}

export interface Participant {
  /**
   * Makes the version ready to answer; what is served goes on.
   * @throws FeatureError or PoolError, saying why it cannot be served
   */
  prepare(target: Target): Promise<void>;

  /** Whether the version is loaded, so that to prepare it takes no time and needs no files. */
  isLoaded(version: ModelVersion): boolean;

  /** From here on requests are answered by the version, which has been prepared. */
  activate(version: ModelVersion): void;

  /** Gives up what was prepared and will not be activated. */
  discard(version: ModelVersion): void;

  /** Whether requests are answered by the version now. */
  serves(version: ModelVersion): boolean;
}

/** Whether both are the same version of the same training; numbers alone repeat where a registry was made anew. */
export function isSameVersion(one: ModelVersion, other: ModelVersion): boolean {
  return one.name === other.name && one.version === other.version && one.runId === other.runId;
}
