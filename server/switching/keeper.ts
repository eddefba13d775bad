/** Has what is served kept for the next start, beside the serving: nothing waits for it, and what fails is logged. */
import type { ModelVersion } from '../../registry/model-registry.js';
import type { Logger } from '../log.js';
import type { LastGood } from './last-good.js';
import { isSameVersion, type Target } from './participant.js';

/** Keeps one alias's last good version. */
export class Keeper {
  readonly #lastGood: LastGood | undefined;
  readonly #log: Logger;
  #wanted: ModelVersion | undefined;
  #rejected: ModelVersion | undefined;
  #keeping: Promise<void> = Promise.resolve();

  /** @param lastGood undefined where nothing is to be kept */
  constructor(lastGood: LastGood | undefined, log: Logger) {
    this.#lastGood = lastGood;
    this.#log = log;
  }

  /** Resolves when what was to be kept is, or could not be. */
  get settled(): Promise<void> {
    return this.#keeping;
  }

  /** What an earlier server has kept; undefined where there is nothing that can be used. */
  async read(): Promise<Target | undefined> {
    try {
      const kept = await this.#lastGood?.read();
      return kept !== undefined && this.#isRejected(kept.version) ? undefined : kept;
    } catch (error) {
      this.#log.warn({ err: error }, 'the last good version cannot be read');
      return undefined;
    }
  }

  /** What was read cannot be served: it is not given again. */
  reject(version: ModelVersion, reason: string): void {
    this.#rejected = version;
    this.#log.error({ model: version.name, version: version.version, reason }, 'the last good version is not served');
  }

  #isRejected(version: ModelVersion): boolean {
    return this.#rejected !== undefined && isSameVersion(this.#rejected, version);
  }

  /** @param filesOf gives the folder with the version's files */
  keep(version: ModelVersion, filesOf: () => Promise<string>): void {
    this.#wanted = version;
    this.#keeping = this.#keeping.then(() => this.#keep(version, filesOf));
  }

  async #keep(version: ModelVersion, filesOf: () => Promise<string>): Promise<void> {
    if (version !== this.#wanted) return; // It was replaced while another was being kept.
    try {
      await this.#lastGood?.keep(version, filesOf);
    } catch (error) {
      this.#log.warn({ err: error }, 'the version could not be kept for the next start');
    }
  }
}
