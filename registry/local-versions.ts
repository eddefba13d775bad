/** The versions of one model in a local folder: published by one rename, so that each is whole or not there. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyReadOnly, makeFolder, replaceFile, syncFolder, writeNewFile } from './atomic-file.js';
import { RegistryError } from './errors.js';
import { isFault, unlessMissing } from './file-faults.js';
import { NAMES_IN_MESSAGE } from './limits.js';
import { type ModelFolder, parseVersionNumber, versionPaths } from './model-folder.js';
import { sweepStaging } from './staging.js';
import { verifyVersionFiles } from './version-files.js';
import { formatVersionRecord, parseVersionRecord, type VersionRecord } from './version-record.js';

/**
 * Copies the files of `source`, verifies the copy and publishes it under the first free number above `taken`.
 * @param taken numbers not to give again although there may be no such version any more
 * @throws RegistryError `version_incomplete`, `checksum_mismatch`
 */
export async function publishVersion(
  model: ModelFolder,
  source: string,
  record: VersionRecord,
  taken: readonly number[],
): Promise<number> {
  // Before anything is written, so that the message names the folder that the caller knows.
  await verifyVersionFiles(source);
  await makeFolder(model.versions);
  await makeFolder(model.staging);
  await sweepStaging(model.staging);
  const staged = join(model.staging, randomUUID());
  try {
    await stageVersion(staged, source, record);
    return await renameToNextNumber(model, staged, taken);
  } catch (error) {
    await rm(staged, { recursive: true, force: true });
    throw error;
  }
}

/** The numbers of the versions there are, newest first. */
export async function versionNumbers(model: ModelFolder): Promise<readonly number[]> {
  const names = await unlessMissing(readdir(model.versions), []);
  return names.flatMap((name) => parseVersionNumber(name) ?? []).sort((a, b) => b - a);
}

/** @throws RegistryError `version_not_found`, `record_broken` */
export async function readVersion(model: ModelFolder, version: number): Promise<VersionRecord> {
  const path = versionPaths(versionFolder(model, version)).record;
  const text = await unlessMissing(readFile(path, 'utf8'), undefined);
  if (text === undefined) throw await versionNotFound(model, version);
  const record = parseVersionRecord(text);
  if (record !== undefined) return record;
  throw new RegistryError(
    'record_broken',
    `${path} is not what the registry writes: it was edited or damaged. Restore it, or register the version anew.`,
  );
}

/** Writes the record of a version anew, as a whole; the caller holds the lock. */
export async function replaceVersionRecord(model: ModelFolder, version: number, record: VersionRecord): Promise<void> {
  const path = versionPaths(versionFolder(model, version)).record;
  await replaceFile(path, formatVersionRecord(record), model.staging);
}

/** The folder with the files of a version, which need not exist. */
export function versionFilesFolder(model: ModelFolder, version: number): string {
  return versionPaths(versionFolder(model, version)).files;
}

function versionFolder(model: ModelFolder, version: number): string {
  return join(model.versions, String(version));
}

async function stageVersion(staged: string, source: string, record: VersionRecord): Promise<void> {
  const paths = versionPaths(staged);
  await mkdir(paths.files, { recursive: true });
  for (const name of await readdir(source)) await copyReadOnly(join(source, name), join(paths.files, name));
  // The copy counts, not the source: that may have changed since it was verified.
  await verifyVersionFiles(paths.files);
  await writeNewFile(paths.record, formatVersionRecord(record));
  await syncFolder(paths.files);
  await syncFolder(staged);
}

/**
 * A rename fails where a folder that is not empty has the name already. So it takes a number and publishes in one step:
 * of two processes that want the same number one gets it, and a kill leaves no number half taken.
 */
async function renameToNextNumber(model: ModelFolder, staged: string, taken: readonly number[]): Promise<number> {
  const highest = Math.max(0, ...(await versionNumbers(model)), ...taken);
  for (let version = highest + 1; ; version++) {
    try {
      await rename(staged, versionFolder(model, version));
    } catch (error) {
      if (isFault(error, 'ENOTEMPTY', 'EEXIST')) continue;
      throw error;
    }
    await syncFolder(model.versions);
    return version;
  }
}

async function versionNotFound(model: ModelFolder, version: number): Promise<RegistryError> {
  const numbers = await versionNumbers(model);
  return new RegistryError(
    'version_not_found',
    `The model ${model.name} has no version ${version}; ${listVersions(numbers)} in ${model.versions}.`,
  );
}

/** "it has none" or "it has the versions 3, 2, 1", with a count in place of those too many to list. */
function listVersions(newestFirst: readonly number[]): string {
  if (newestFirst.length === 0) return 'it has none';
  const more = newestFirst.length - NAMES_IN_MESSAGE;
  const shown = newestFirst.slice(0, NAMES_IN_MESSAGE).join(', ');
  return `it has the versions ${shown}${more > 0 ? ` and ${more} older` : ''}`;
}
