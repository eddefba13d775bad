/** Where the alias `candidate` points: told to people, and never served for it. */
import { CANDIDATE } from '../../registry/alias-moves.js';
import { RegistryError } from '../../registry/errors.js';
import type { ModelRegistry, ModelVersion } from '../../registry/model-registry.js';
import type { Logger } from '../log.js';

/** The version that the alias `candidate` points to, as of the last look. */
export class Candidate {
  readonly #registry: ModelRegistry;
  readonly #name: string;
  readonly #log: Logger;
  #version: ModelVersion | undefined;

  /** @param name of the registered model */
  constructor(registry: ModelRegistry, name: string, log: Logger) {
    this.#registry = registry;
    this.#name = name;
    this.#log = log;
  }

  /** As of the last answer; undefined where there is none. */
  get version(): ModelVersion | undefined {
    return this.#version;
  }

  /** Never rejects: that the registry does not answer is told by who serves from it. */
  async look(): Promise<void> {
    try {
      this.#version = await this.#registry.getModelVersionByAlias(this.#name, CANDIDATE);
    } catch (error) {
      if (!(error instanceof RegistryError)) this.#log.error({ err: error }, 'the look for a candidate failed');
    }
  }
}
