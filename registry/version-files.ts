/**
 * The files that a model version consists of, the same in every registry, and the sums that hold them together.
 * A version is sound when the folder and its `SHA256SUMS` agree: no file missing, none changed, none added.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Checksums, formatChecksums, parseChecksums, sha256 } from './checksums.js';
import { RegistryError } from './errors.js';
import { isFault } from './file-faults.js';
import { isFileName } from './names.js';

/** The sums of all other files, as `sha256sum -c SHA256SUMS` reads them. */
export const SUMS_FILE = 'SHA256SUMS';

/**
 * What every version has, besides `SHA256SUMS`. Whatever else the sums list travels with the version.
 * A name added here refuses all versions registered before, and with them the way back: a file that a version can be
 * served without does not belong here.
 */
export const VERSION_FILES = [
  'model.onnx',
  'features.json',
  'golden.json',
  'metrics.json',
  'params.json',
  'diagnostics.json',
  'test-orders.arrow',
  'MLmodel',
  'conda.yaml',
  'python_env.yaml',
  'requirements.txt',
] as const;

/**
 * Writes `SHA256SUMS` over all files in `folder`.
 * @throws RegistryError `name_invalid` where one has a name that is not plain
 */
export async function writeSums(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name !== SUMS_FILE);
  const odd = names.find((name) => !isFileName(name));
  if (odd !== undefined) {
    throw new RegistryError(
      'name_invalid',
      `${folder} holds ${JSON.stringify(odd)}: a version's files have plain names of letters, digits, '.', '_' and '-'.`,
    );
  }
  const sums = new Map(await Promise.all(names.map(async (name) => [name, await sha256(join(folder, name))] as const)));
  await writeFile(join(folder, SUMS_FILE), formatChecksums(sums));
}

/**
 * Checks that `folder` holds a whole, unchanged version.
 * @throws RegistryError `version_incomplete` or `checksum_mismatch`, naming the file, what was expected and what found
 */
export async function verifyVersionFiles(folder: string): Promise<void> {
  const found = new Set(await namesIn(folder));
  if (!found.delete(SUMS_FILE)) throw incomplete(folder, SUMS_FILE, 'one');
  const sums = await readSums(join(folder, SUMS_FILE));
  for (const name of VERSION_FILES) {
    if (!sums.has(name)) throw incomplete(folder, name, `one, with a line in ${SUMS_FILE}`);
  }
  for (const [name, sum] of sums) if (!found.has(name)) throw incomplete(folder, name, `one of SHA-256 ${sum}`);
  for (const name of found) {
    const expected = sums.get(name) ?? 'no such file';
    const actual = sums.has(name) ? await sha256(join(folder, name)) : 'one';
    if (actual === expected) continue;
    throw new RegistryError(
      'checksum_mismatch',
      `${join(folder, name)} is not what ${SUMS_FILE} says: expected ${expected}, found ${actual}. Do not use this version.`,
    );
  }
}

/** Whether `folder` holds a whole, unchanged version; a folder that is removed meanwhile does not. */
export async function isWholeVersion(folder: string): Promise<boolean> {
  try {
    await verifyVersionFiles(folder);
    return true;
  } catch (error) {
    // A file whose folder is being removed has lost its name while it was read.
    if (error instanceof RegistryError || isFault(error, 'ENOENT')) return false;
    throw error;
  }
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (!isFault(error, 'ENOENT', 'ENOTDIR')) throw error;
    throw new RegistryError('version_incomplete', `${folder} is not a folder with the files of a version.`, {
      cause: error,
    });
  }
}

/** @throws RegistryError `checksum_mismatch` where it is not a file of sums */
export async function readSums(path: string): Promise<Checksums> {
  const sums = parseChecksums(await readFile(path, 'utf8'));
  if (typeof sums !== 'string') return sums;
  throw new RegistryError('checksum_mismatch', `${path} cannot be read as sha256sum writes it: ${sums}.`);
}

function incomplete(folder: string, name: string, expected: string): RegistryError {
  return new RegistryError(
    'version_incomplete',
    `${folder} is not a whole version, for want of ${name}: expected ${expected}, found none.`,
  );
}
