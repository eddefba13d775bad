/** Puts a version's files into MLflow and registers them, in this order: an incomplete version has no number. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sha256 } from '../checksums.js';
import { RegistryError } from '../errors.js';
import { PENDING_LOOKS, PENDING_PAUSE_MS } from '../limits.js';
import type { RunIds } from '../model-registry.js';
import { readSums, SUMS_FILE, verifyVersionFiles } from '../version-files.js';
import { folderAt } from './artifacts.js';
import { entries } from './ask.js';
import type { MlflowHttp } from './http.js';
import type { ModelCalls, NewVersion } from './model-calls.js';
import type { RunCalls } from './run-calls.js';
import type { Version } from './schemas.js';

/** A version that is to be registered, with the run that made it. */
export interface VersionToPublish {
  readonly name: string;
  /** The folder with its files. */
  readonly source: string;
  readonly ids: RunIds;
  readonly tags: Readonly<Record<string, string>>;
}

/** @throws RegistryError `version_incomplete`, `checksum_mismatch`, `write_lost` */
export async function publishVersion(
  http: MlflowHttp,
  runs: RunCalls,
  models: ModelCalls,
  { name, source, ids, tags }: VersionToPublish,
): Promise<Version> {
  await verifyVersionFiles(source);
  // Read once: should the files change from here on, what arrives differs from these and is refused.
  const sums = new Map(await readSums(join(source, SUMS_FILE)));
  sums.set(SUMS_FILE, await sha256(join(source, SUMS_FILE)));
  const uri = ids.modelId === '' ? `runs:/${ids.runId}/model` : `models:/${ids.modelId}`;
  const folder = await folderAt(http, runs, uri);
  await folder.putAll(source, sums);
  if (ids.modelId !== '') await runs.endLoggedModel(ids.modelId, 'LOGGED_MODEL_READY');
  await models.ensureModel(name);
  const version = await register(models, {
    name,
    source: uri,
    run_id: ids.runId,
    ...(ids.modelId !== '' && { model_id: ids.modelId }),
    tags: entries(tags),
  });
  return whenReady(http, models, version, tags);
}

/** Should the answer be lost on its way, the version may be there all the same: its source is that of no other. */
async function register(models: ModelCalls, version: NewVersion): Promise<Version> {
  try {
    return await models.createVersion(version);
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'registry_unreachable') throw error;
    const made = (await models.versions(version.name)).find(({ source }) => source === version.source);
    if (made === undefined) throw error;
    return made;
  }
}

/** The version once MLflow has taken it in, with all its tags. */
async function whenReady(
  http: MlflowHttp,
  models: ModelCalls,
  { name, version }: Version,
  tags: Readonly<Record<string, string>>,
): Promise<Version> {
  const what = `MLflow at ${http.connection.base} took ${name} version ${version}`;
  for (let look = 0; look < PENDING_LOOKS; look++) {
    const found = await models.version(name, Number(version));
    if (found === undefined) throw new RegistryError('write_lost', `${what} and does not have it.`);
    const { status = 'READY', status_message = '' } = found;
    if (status === 'READY') {
      const kept = new Map(found.tags?.map(({ key, value = '' }) => [key, value]));
      const lost = Object.entries(tags).find(([key, value]) => kept.get(key) !== value);
      if (lost === undefined) return found;
      throw new RegistryError('write_lost', `${what} and does not have its tag '${lost[0]}' as it was sent.`);
    }
    if (status !== 'PENDING_REGISTRATION') {
      throw new RegistryError('registry_failed', `${what} and says of it: ${status} ${status_message}.`);
    }
    await pause(PENDING_PAUSE_MS);
  }
  throw new RegistryError('registry_failed', `${what} and says still that it is not ready. Look at the server's log.`);
}
