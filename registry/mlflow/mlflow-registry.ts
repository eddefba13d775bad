/**
 * The registry of an MLflow tracking server, over its REST interface. A version is registered only when all its files
 * are there and were read back; until then nothing can point to it.
 */
import { resolve } from 'node:path';
import { RegistryError } from '../errors.js';
import { NAMES_IN_MESSAGE } from '../limits.js';
import type {
  Aliases,
  AliasMove,
  AliasWatch,
  ModelRegistry,
  ModelVersion,
  NewModelVersion,
  RunIds,
  TrainingRun,
} from '../model-registry.js';
import { assertAlias, assertModelName, assertTag } from '../names.js';
import { verifyVersionFiles } from '../version-files.js';
import { AliasWriter } from './alias-writer.js';
import { type ArtifactFolder, folderAt } from './artifacts.js';
import { readConnection, type TrackingServer } from './connection.js';
import { fetchLogged, fetchVersion } from './fetch-version.js';
import { MlflowHttp, type Times } from './http.js';
import { ModelCalls } from './model-calls.js';
import { publishVersion } from './publish-version.js';
import { RunCalls } from './run-calls.js';
import type { Version } from './schemas.js';
import { logRun, orFailed, putFiles } from './tracking.js';
import { VersionCache } from './version-cache.js';

/** Which tracking server, and how to work with it. */
export interface MlflowOptions extends TrackingServer {
  /** Where fetched versions are kept; need not exist. */
  readonly cacheFolder: string;
  /** The experiment that runs belong to; by default named as the model. */
  readonly experiment?: string | undefined;
  /** For tests of servers that fail. */
  readonly times?: Partial<Times>;
}

/** The registry of a tracking server. Beyond `ModelRegistry` it can fetch a model that was logged from Python. */
export class MlflowRegistry implements ModelRegistry {
  readonly #http: MlflowHttp;
  readonly #runs: RunCalls;
  readonly #models: ModelCalls;
  readonly #aliases: AliasWriter;
  readonly #cache: VersionCache;
  readonly #experiment: string | undefined;

  /** @throws RegistryError `registry_misconfigured`; whether the server is there is found out with the first call */
  constructor({ cacheFolder, experiment, times, ...server }: MlflowOptions) {
    this.#http = new MlflowHttp(readConnection(server), times);
    this.#runs = new RunCalls(this.#http);
    this.#models = new ModelCalls(this.#http);
    this.#aliases = new AliasWriter(this.#models);
    this.#cache = new VersionCache(resolve(cacheFolder));
    this.#experiment = experiment;
  }

  get address(): string {
    return this.#http.connection.base;
  }

  /** A tracking server says nothing by itself: its webhook is heard by the server, and sent only where one is set up. */
  watch(): AliasWatch {
    return { renew() {}, close() {} };
  }

  async logRun(name: string, run: TrainingRun): Promise<RunIds> {
    assertModelName(name);
    return logRun(this.#http, this.#runs, this.#experiment || name, name, run);
  }

  async createModelVersion(name: string, source: string, options: NewModelVersion = {}): Promise<ModelVersion> {
    assertModelName(name);
    const { tags = {}, runId, modelId = '' } = options;
    for (const [key, value] of Object.entries(tags)) assertTag(key, value);
    if (runId === undefined) await verifyVersionFiles(source);
    const ids = runId === undefined ? await this.logRun(name, emptyRun()) : { runId, modelId };
    return orFailed(this.#runs, ids, async () => {
      const made = await publishVersion(this.#http, this.#runs, this.#models, { name, source, ids, tags });
      await this.#runs.endRun(ids.runId, 'FINISHED', Date.now());
      return toModelVersion(made);
    });
  }

  async addToRun({ runId }: ModelVersion, under: string, files: readonly string[]): Promise<void> {
    await putFiles(this.#http, this.#runs, `runs:/${runId}/${under}`, files);
  }

  async getModelVersion(name: string, version: number): Promise<ModelVersion> {
    return toModelVersion(await this.#version(name, version));
  }

  async getModelVersionByAlias(name: string, alias: string): Promise<ModelVersion | undefined> {
    assertModelName(name);
    assertAlias(alias);
    const found = await this.#models.versionByAlias(name, alias);
    return found && toModelVersion(found);
  }

  async searchModelVersions(name: string): Promise<readonly ModelVersion[]> {
    assertModelName(name);
    // The search tells no aliases.
    const aliases = (await this.#models.aliases(name)) ?? new Map<string, number>();
    const versions = await this.#models.versions(name);
    const pointingTo = (version: number) => [...aliases].flatMap(([alias, to]) => (to === version ? [alias] : []));
    return versions
      .filter(({ status = 'READY' }) => status === 'READY')
      .map((found) => toModelVersion({ ...found, aliases: pointingTo(Number(found.version)) }))
      .sort((a, b) => b.version - a.version);
  }

  async setAlias(name: string, alias: string, version: number): Promise<void> {
    assertModelName(name);
    assertAlias(alias);
    if (!(await this.#models.setAlias(name, alias, version))) throw await this.#notFound(name, version);
  }

  async deleteAlias(name: string, alias: string): Promise<void> {
    assertModelName(name);
    assertAlias(alias);
    if (!(await this.#models.deleteAlias(name, alias))) throw this.#noVersions(name);
  }

  async moveAliases(name: string, change: (current: Aliases) => readonly AliasMove[]): Promise<readonly AliasMove[]> {
    assertModelName(name);
    return this.#aliases.move(name, async (current) => {
      if (current === undefined) throw this.#noVersions(name);
      const moves = change(current);
      for (const { alias, version } of moves) {
        assertAlias(alias);
        await this.#version(name, version);
      }
      return moves;
    });
  }

  async setModelVersionTag(name: string, version: number, key: string, value: string): Promise<void> {
    assertModelName(name);
    assertTag(key, value);
    if (!(await this.#models.setVersionTag(name, version, { key, value }))) throw await this.#notFound(name, version);
    const { tags } = await this.getModelVersion(name, version);
    if (tags[key] === value) return;
    throw new RegistryError(
      'write_lost',
      `MLflow at ${this.#http.connection.base} took the tag '${key}' of ${name} version ${version}, and does not have it ` +
        'as it was sent.',
    );
  }

  async download(name: string, version: number): Promise<string> {
    const { source = '', run_id = '' } = await this.#version(name, version);
    return this.#cache.folderOf([this.#http.connection.base, source, run_id], async (draft) => {
      await fetchVersion(await this.#filesOf(name, version), draft, this.#describe(name, version));
    });
  }

  /**
   * Fetches `model.onnx`, `features.json` and `MLmodel` of a version that was logged from Python into `folder`.
   * @throws RegistryError `version_not_found`, `version_incomplete`, `registry_unsupported`
   */
  async fetchLogged(name: string, version: number, folder: string): Promise<ModelVersion> {
    const found = toModelVersion(await this.#version(name, version));
    await fetchLogged(await this.#filesOf(name, version), folder, this.#describe(name, version));
    return found;
  }

  async #filesOf(name: string, version: number): Promise<ArtifactFolder> {
    return folderAt(this.#http, this.#runs, await this.#models.downloadUri(name, version));
  }

  #describe(name: string, version: number): string {
    return `${name} version ${version} in MLflow at ${this.#http.connection.base}`;
  }

  async #version(name: string, version: number): Promise<Version> {
    assertModelName(name);
    const found = await this.#models.version(name, version);
    if (found === undefined) throw await this.#notFound(name, version);
    return found;
  }

  async #notFound(name: string, version: number): Promise<RegistryError> {
    const versions = (await this.searchModelVersions(name)).map((found) => found.version);
    if (versions.length === 0) return this.#noVersions(name);
    const more = versions.length - NAMES_IN_MESSAGE;
    const shown = `${versions.slice(0, NAMES_IN_MESSAGE).join(', ')}${more > 0 ? ` and ${more} older` : ''}`;
    return new RegistryError(
      'version_not_found',
      `The model ${name} has no version ${version}; it has the versions ${shown} in MLflow at ${this.#http.connection.base}.`,
    );
  }

  #noVersions(name: string): RegistryError {
    return new RegistryError(
      'version_not_found',
      `The model ${name} has no versions in MLflow at ${this.#http.connection.base}. ` +
        'Train one: npm run train -- --data FILE.csv.',
    );
  }
}

function toModelVersion(found: Version): ModelVersion {
  return {
    name: found.name,
    version: Number(found.version),
    createdAt: new Date(found.creation_timestamp).toISOString(),
    runId: found.run_id ?? '',
    tags: Object.fromEntries((found.tags ?? []).map(({ key, value = '' }) => [key, value])),
    aliases: [...(found.aliases ?? [])].sort(),
  };
}

/** For a version that nobody has told the training of. */
function emptyRun(): TrainingRun {
  return { params: {}, metrics: {}, tags: {}, reports: [], startedAt: new Date() };
}
