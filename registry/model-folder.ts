/**
 * How one registered model lies on disk:
 *
 *     versions/3/files/…       the files of version 3, read-only
 *     versions/3/version.json  when and by which run it was made, and its tags; replaced as a whole
 *     aliases/production       the number of the version it points to; replaced as a whole
 *     staging/…                what is being written; nothing here counts, and old leftovers are swept away
 *     lock/, lock-holder       held around writes to aliases and tags
 */
import { join } from 'node:path';
import type { LockPlace } from './lock.js';
import { assertModelName } from './names.js';

/** Where what is drawn above lies, as absolute paths or as the registry's folder was given. */
export interface ModelFolder {
  readonly name: string;
  readonly versions: string;
  readonly aliases: string;
  readonly staging: string;
  readonly lock: LockPlace;
}

/**
 * The folder of the model `name` in the registry's `folder`. Nothing is read or made.
 * @throws RegistryError `name_invalid`
 */
export function modelFolder(folder: string, name: string): ModelFolder {
  assertModelName(name);
  const root = join(folder, name);
  return {
    name,
    versions: join(root, 'versions'),
    aliases: join(root, 'aliases'),
    staging: join(root, 'staging'),
    lock: { lock: join(root, 'lock'), holder: join(root, 'lock-holder') },
  };
}

/** The folder of one version, by the layout above. */
export function versionPaths(version: string): { readonly files: string; readonly record: string } {
  return { files: join(version, 'files'), record: join(version, 'version.json') };
}

/** A version number as the registry writes it, in names of folders and in alias files. */
export function parseVersionNumber(text: string): number | undefined {
  return /^[1-9][0-9]{0,14}$/.test(text) ? Number(text) : undefined;
}
