/**
 * Says whether the registry is as it may be after a kill. It asks through a registry object that has seen nothing
 * before, and holds what it finds against what it has found before.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MODEL_NAME } from '../../config/model-name.js';
import { CANDIDATE, PREVIOUS, PRODUCTION, STAGING } from '../../registry/alias-moves.js';
import type { ModelRegistry, ModelVersion } from '../../registry/model-registry.js';
import type { Scene } from './scene.js';

/** Where the aliases point. */
export type Pointing = Readonly<Record<string, number>>;

export interface Found {
  readonly aliases: Pointing;
  /** The number of the newest version. */
  readonly newest: number;
  /** How many versions there are. */
  readonly versions: number;
}

const ALIASES = [CANDIDATE, STAGING, PRODUCTION, PREVIOUS];

export class Judge {
  readonly #scene: Scene;
  /** The run of each version that was ever found. */
  readonly #runs = new Map<number, string>();
  readonly #aliases = new Set<string>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  /**
   * What there is in the registry. Versions that were not there before are fetched and compared.
   * @param isWhole whether those that an alias points to are fetched as well
   * @throws Error saying what may not be
   */
  look(isWhole = false): Promise<Found> {
    return this.#scene.withFresh(async (registry) => {
      const versions = await registry.searchModelVersions(MODEL_NAME);
      const fresh = this.#newAmong(versions);
      const aliases = await this.#aliasesIn(registry);
      const fetched = new Set([...(isWhole ? Object.values(aliases) : []), ...fresh]);
      for (const version of fetched) await this.#requireWhole(registry, version);
      return { aliases, newest: Math.max(...this.#runs.keys()), versions: versions.length };
    });
  }

  /** @returns the numbers of the versions that were not there before */
  #newAmong(versions: readonly ModelVersion[]): readonly number[] {
    const found = new Map(versions.map(({ version, runId }) => [version, runId]));
    if (found.size < versions.length) throw new Error('Two versions have the same number.');
    for (const [version, runId] of this.#runs) {
      if (found.get(version) === runId) continue;
      throw new Error(`Version ${version} was of run ${runId} and is now of ${found.get(version) ?? 'none'}.`);
    }
    const newest = Math.max(0, ...this.#runs.keys());
    const fresh = [...found].filter(([version]) => !this.#runs.has(version));
    for (const [version, runId] of fresh) {
      if (version < newest) throw new Error(`Version ${version} is new, though there was version ${newest} before.`);
      this.#runs.set(version, runId);
    }
    return fresh.map(([version]) => version);
  }

  async #aliasesIn(registry: ModelRegistry): Promise<Pointing> {
    const aliases: Record<string, number> = {};
    for (const alias of ALIASES) {
      const version = await registry.getModelVersionByAlias(MODEL_NAME, alias);
      if (version !== undefined) aliases[alias] = version.version;
      else if (this.#aliases.has(alias)) throw new Error(`The alias '${alias}' was set, and is gone.`);
    }
    for (const [alias, version] of Object.entries(aliases)) {
      this.#aliases.add(alias);
      if (!this.#runs.has(version)) throw new Error(`The alias '${alias}' points to ${version}, which is not listed.`);
    }
    return aliases;
  }

  /** `download` judges by the version's own sums; that all files came along is judged by where they came from. */
  async #requireWhole(registry: ModelRegistry, version: number): Promise<void> {
    const folder = await registry.download(MODEL_NAME, version);
    const names = (await readdir(this.#scene.source)).sort();
    const found = (await readdir(folder)).sort();
    if (!isDeepStrictEqual(found, names)) throw new Error(`Version ${version} has the files ${found.join(', ')}.`);
    for (const name of ['model.onnx', 'features.json', 'golden.json']) {
      const [expected, actual] = await Promise.all([this.#scene.source, folder].map((at) => readFile(join(at, name))));
      if (expected === undefined || !actual?.equals(expected))
        throw new Error(`${name} of version ${version} differs.`);
    }
  }
}

/** @throws Error where the aliases are as none of `allowed` */
export function requireOneOf(allowed: readonly Pointing[], { aliases }: Found): void {
  if (allowed.some((pointing) => isDeepStrictEqual(pointing, aliases))) return;
  const list = allowed.map((pointing) => JSON.stringify(pointing)).join(' or ');
  throw new Error(`The aliases are ${JSON.stringify(aliases)}; allowed is ${list}.`);
}
