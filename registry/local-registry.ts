/**
 * The embedded registry: a local folder, no server. Any number of processes may use it at once, and any may be killed
 * at any moment: a version is whole or not there, and an alias points to one that is.
 * It needs a file system with atomic renames, as every local one has. `model-folder.ts` draws the layout.
 */
import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { watchFolder } from './alias-watch.js';
import { RegistryError } from './errors.js';
import { tellingFaults } from './file-faults.js';
import { LOCK_WAIT_MS } from './limits.js';
import { aliasBroken, readAlias, readAliases, removeAlias, writeAlias } from './local-aliases.js';
import {
  publishVersion,
  readVersion,
  replaceVersionRecord,
  versionFilesFolder,
  versionNumbers,
} from './local-versions.js';
import { type HeldLock, withLock } from './lock.js';
import { type ModelFolder, modelFolder } from './model-folder.js';
import type {
  Aliases,
  AliasMove,
  AliasWatch,
  ModelRegistry,
  ModelVersion,
  NewModelVersion,
  RunIds,
  TrainingRun,
} from './model-registry.js';
import { assertAlias, assertTag } from './names.js';
import { assertTrainingRun } from './training-run.js';
import { verifyVersionFiles } from './version-files.js';
import type { VersionRecord } from './version-record.js';

/** The registry in a local folder: what `npm start` and training use where no MLflow is named. */
export class LocalRegistry implements ModelRegistry {
  readonly #folder: string;
  readonly #lockWaitMs: number;

  /** @param folder need not exist; it is made with the first version. */
  constructor(folder: string, options: { readonly lockWaitMs?: number } = {}) {
    this.#folder = resolve(folder);
    this.#lockWaitMs = options.lockWaitMs ?? LOCK_WAIT_MS;
  }

  logRun(name: string, run: TrainingRun): Promise<RunIds> {
    return this.#at(name, async () => {
      assertTrainingRun(run);
      return { runId: newRunId(), modelId: newModelId() };
    });
  }

  createModelVersion(name: string, source: string, options: NewModelVersion = {}): Promise<ModelVersion> {
    return this.#at(name, async (model) => {
      const tags = options.tags ?? {};
      for (const [key, value] of Object.entries(tags)) assertTag(key, value);
      const record = { createdAt: new Date().toISOString(), runId: options.runId ?? newRunId(), tags };
      const { aliases } = await readAliases(model);
      // Were an alias to outlive its version, a new version of the same number would be served untested.
      const version = await publishVersion(model, resolve(source), record, [...aliases.values()]);
      return toModelVersion(model, version, record, aliases);
    });
  }

  async addToRun(): Promise<void> {}

  getModelVersion(name: string, version: number): Promise<ModelVersion> {
    return this.#at(name, async (model) => {
      const record = await readVersion(model, version);
      return toModelVersion(model, version, record, (await readAliases(model)).aliases);
    });
  }

  getModelVersionByAlias(name: string, alias: string): Promise<ModelVersion | undefined> {
    return this.#at(name, async (model) => {
      const version = await readAlias(model, alias);
      if (version === undefined) return undefined;
      const { aliases } = await readAliases(model);
      try {
        return toModelVersion(model, version, await readVersion(model, version), aliases);
      } catch (error) {
        if (!isRegistryError(error, 'version_not_found')) throw error;
        throw aliasBroken(model, alias, `points to version ${version}, which is not there`);
      }
    });
  }

  searchModelVersions(name: string): Promise<readonly ModelVersion[]> {
    return this.#at(name, async (model) => {
      const { aliases } = await readAliases(model);
      const found: ModelVersion[] = [];
      for (const version of await versionNumbers(model)) {
        try {
          found.push(toModelVersion(model, version, await readVersion(model, version), aliases));
        } catch (error) {
          if (!isRegistryError(error, 'version_not_found')) throw error;
        }
      }
      return found;
    });
  }

  setAlias(name: string, alias: string, version: number): Promise<void> {
    return this.#at(name, async (model) => {
      assertAlias(alias);
      await this.#locked(model, (held) => writeMoves(model, held, [{ alias, version }]));
    });
  }

  deleteAlias(name: string, alias: string): Promise<void> {
    return this.#at(name, async (model) => {
      assertAlias(alias);
      await this.#locked(model, async (held) => {
        await held.assertHeld();
        await removeAlias(model, alias);
      });
    });
  }

  moveAliases(name: string, change: (current: Aliases) => readonly AliasMove[]): Promise<readonly AliasMove[]> {
    return this.#at(name, (model) =>
      this.#locked(model, async (held) => {
        const { aliases, faults } = await readAliases(model);
        if (faults[0] !== undefined) throw faults[0];
        const moves = change(aliases);
        await writeMoves(model, held, moves);
        return moves;
      }),
    );
  }

  setModelVersionTag(name: string, version: number, key: string, value: string): Promise<void> {
    return this.#at(name, async (model) => {
      assertTag(key, value);
      await this.#locked(model, async (held) => {
        const record = await readVersion(model, version);
        await held.assertHeld();
        await replaceVersionRecord(model, version, { ...record, tags: { ...record.tags, [key]: value } });
      });
    });
  }

  download(name: string, version: number): Promise<string> {
    return this.#at(name, async (model) => {
      await readVersion(model, version);
      const files = versionFilesFolder(model, version);
      await verifyVersionFiles(files);
      return files;
    });
  }

  watch(name: string, onChange: () => void): AliasWatch {
    return watchFolder(modelFolder(this.#folder, name).aliases, onChange);
  }

  get address(): string {
    return this.#folder;
  }

  /** Every public method goes through here, so that none lets a bare error of the file system out. */
  #at<T>(name: string, action: (model: ModelFolder) => Promise<T>): Promise<T> {
    return tellingFaults(this.#folder, async () => action(modelFolder(this.#folder, name)));
  }

  /** A model without versions has nothing to write to, and is not made by a mistyped name. */
  async #locked<T>(model: ModelFolder, action: (held: HeldLock) => Promise<T>): Promise<T> {
    if ((await versionNumbers(model)).length > 0) return withLock(model.lock, action, this.#lockWaitMs);
    throw new RegistryError(
      'version_not_found',
      `The model ${model.name} has no versions in ${this.#folder}. Train one: npm run train -- --data FILE.csv.`,
    );
  }
}

/** All moves are checked before the first is written. */
async function writeMoves(model: ModelFolder, held: HeldLock, moves: readonly AliasMove[]): Promise<void> {
  for (const { alias, version } of moves) {
    assertAlias(alias);
    await readVersion(model, version);
  }
  for (const { alias, version } of moves) {
    await held.assertHeld();
    await writeAlias(model, alias, version);
  }
}

function toModelVersion(model: ModelFolder, version: number, record: VersionRecord, aliases: Aliases): ModelVersion {
  const pointing = [...aliases].filter(([, target]) => target === version).map(([alias]) => alias);
  return { name: model.name, version, ...record, aliases: pointing };
}

/** As MLflow makes them: 32 hex digits. */
function newRunId(): string {
  return randomUUID().replaceAll('-', '');
}

/** As MLflow makes them: `m-` and 32 hex digits. */
function newModelId(): string {
  return `m-${newRunId()}`;
}

function isRegistryError(error: unknown, code: RegistryError['code']): boolean {
  return error instanceof RegistryError && error.code === code;
}
