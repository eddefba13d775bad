/** Fetches versions' files from MLflow: of ours exactly what SHA256SUMS names, of those logged from Python what is needed. */
import { join } from 'node:path';
import { RegistryError } from '../errors.js';
import { readSums, SUMS_FILE, VERSION_FILES } from '../version-files.js';
import { type ArtifactFolder, inParallel } from './artifacts.js';

const FEATURES = 'features.json';

/**
 * @param draft an empty folder to put them into
 * @param described the version, for messages
 * @throws RegistryError `version_incomplete`, `checksum_mismatch`
 */
export async function fetchVersion(from: ArtifactFolder, draft: string, described: string): Promise<void> {
  if ((await from.fetch(SUMS_FILE, join(draft, SUMS_FILE))) === undefined) {
    throw new RegistryError(
      'version_incomplete',
      `${described} has no ${SUMS_FILE}: this program has not registered it, or not to the end. ` +
        'One that was logged from Python is brought in with: npm run adopt -- VERSION.',
    );
  }
  const sums = await readSums(join(draft, SUMS_FILE));
  const missing = VERSION_FILES.find((name) => !sums.has(name));
  if (missing !== undefined) throw incomplete(described, missing);
  await inParallel([...sums], async ([name, expected]) => {
    const found = await from.fetch(name, join(draft, name));
    if (found === undefined) throw incomplete(described, name);
    if (found === expected) return;
    throw new RegistryError(
      'checksum_mismatch',
      `${name} of ${described} is not what ${SUMS_FILE} says: expected ${expected}, found ${found}. ` +
        'Do not use this version.',
    );
  });
}

/**
 * Fetches what `mlflow.onnx.log_model` and `extra_files=['features.json']` leave: `model.onnx`, `MLmodel` and
 * `features.json`.
 * @throws RegistryError `version_incomplete`, saying how to log it
 */
export async function fetchLogged(from: ArtifactFolder, folder: string, described: string): Promise<void> {
  for (const name of ['MLmodel', 'model.onnx']) {
    if ((await from.fetch(name, join(folder, name))) !== undefined) continue;
    throw incomplete(described, `${name}: it is to be logged with mlflow.onnx.log_model`);
  }
  const features = join(folder, FEATURES);
  // Where `extra_files` are put, and where a file lies that was logged into the folder by hand.
  const found = (await from.below('extra_files').fetch(FEATURES, features)) ?? (await from.fetch(FEATURES, features));
  if (found !== undefined) return;
  throw incomplete(
    described,
    `${FEATURES}: it is to be logged with mlflow.onnx.log_model(…, extra_files=['${FEATURES}']), and is the file with ` +
      'which its training rows were encoded',
  );
}

function incomplete(described: string, name: string): RegistryError {
  return new RegistryError('version_incomplete', `${described} is not a whole version, for want of ${name}.`);
}
