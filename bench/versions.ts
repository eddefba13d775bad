/** Versions for a scenario, in a registry of its own: the files of the version that is served, as they are or changed. */
import { cp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MODEL_NAME } from '../config/model-name.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { openRegistry } from '../registry/open-registry.js';
import { writeSums } from '../registry/version-files.js';

/** A local registry in the folder of the run, for servers that the scenario starts by its `settings`. */
export class ScenarioRegistry {
  readonly registry: ModelRegistry;
  /** Environment variables by which a server works with it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #filesOfServed: string;

  private constructor(registry: ModelRegistry, folder: string, filesOfServed: string) {
    this.registry = registry;
    this.#folder = folder;
    this.#filesOfServed = filesOfServed;
    this.settings = {
      REGISTRY_DIR: folder,
      CACHE_DIR: join(folder, 'cache'),
      MLFLOW_TRACKING_URI: '',
      MODEL_URI: `models:/${MODEL_NAME}@production`,
    };
  }

  /**
   * @param folder to make it in
   * @param modelFile of the version that is served, beside which its other files lie
   */
  static async make(folder: string, modelFile: string): Promise<ScenarioRegistry> {
    return new ScenarioRegistry(await openRegistry({ folder }), folder, dirname(modelFile));
  }

  /**
   * Registers the files once more.
   * @param change is given a copy of them
   * @returns the number of the version
   */
  async add(change?: (files: string) => Promise<void>): Promise<number> {
    const files = join(this.#folder, 'draft');
    await cp(this.#filesOfServed, files, { recursive: true });
    if (change !== undefined) {
      await change(files);
      await rm(join(files, 'SHA256SUMS'), { force: true });
      await writeSums(files);
    }
    const { version } = await this.registry.createModelVersion(MODEL_NAME, files);
    await rm(files, { recursive: true, force: true });
    return version;
  }

  /** @throws RegistryError */
  async setProduction(version: number): Promise<void> {
    await this.registry.setAlias(MODEL_NAME, 'production', version);
  }
}
