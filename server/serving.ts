/**
 * The models of this process: the one that answers, the one before it, kept warm, and one that is being made ready.
 * The routes ask here; a switch is the change of one reference.
 */
import type { ModelVersion } from '../registry/model-registry.js';
import { retire, type ServedModel } from './served-model.js';
import { type AskedParticipant, isSameVersion, type Loaded, type Target } from './switching/participant.js';

/** How models come and go. */
export interface ServingOptions {
  /** Makes a version ready to answer. */
  readonly open: (target: Target) => Promise<ServedModel>;
  /** Whether the model that a switch replaces stays warm, so that going back takes no time. */
  readonly keepPrevious: boolean;
  /** Told why, when the model that answers is given up by its workers. */
  readonly onLost: (reason: string) => void;
}

/** The models of one process in one role, live or shadow. */
export class Serving implements AskedParticipant {
  readonly #options: ServingOptions;
  #live: ServedModel | undefined;
  #previous: ServedModel | undefined;
  #prepared: ServedModel | undefined;
  #since = '';
  #reason = 'it is being loaded';
  readonly #retiring = new Set<Promise<void>>();

  constructor(options: ServingOptions) {
    this.#options = options;
  }

  /** The model that answers; undefined while there is none. */
  get model(): ServedModel | undefined {
    return this.#live;
  }

  /** Since when it answers, ISO 8601, UTC. */
  get since(): string {
    return this.#since;
  }

  /** The model that is kept warm; undefined where there is none. */
  get previous(): ServedModel | undefined {
    return this.#previous;
  }

  get loaded(): Loaded {
    const kept = this.#previous;
    return { live: this.#live?.version, previous: kept?.pool.ended === undefined ? kept?.version : undefined };
  }

  /** Why there is no model. */
  get reason(): string {
    return this.#reason;
  }

  explain(reason: string): void {
    this.#reason = reason;
  }

  isLoaded(version: ModelVersion): boolean {
    return this.serves(version) || this.#warm(version) !== undefined;
  }

  async prepare(target: Target): Promise<void> {
    if (this.isLoaded(target.version)) return;
    this.#prepared = await this.#options.open(target);
  }

  async activate(version: ModelVersion): Promise<void> {
    if (this.serves(version)) return;
    const next = this.#warm(version);
    if (next === undefined) throw new Error(`Version ${version.version} was not prepared.`);
    const [before, oldPrevious] = [this.#live, this.#previous];
    this.#prepared = undefined;
    this.#live = next;
    this.#since = new Date().toISOString();
    next.pool.onEnd(({ message }) => this.#lost(next, message));
    // A model that was lost is replaced, and is none to go back to.
    const kept = before ?? (oldPrevious === next ? undefined : oldPrevious);
    this.#previous = this.#options.keepPrevious ? kept : undefined;
    for (const model of new Set([before, oldPrevious])) {
      if (model !== undefined && model !== next && model !== this.#previous) this.#retire(model);
    }
  }

  discard(version: ModelVersion): void {
    if (this.#prepared === undefined || !isSameVersion(this.#prepared.version, version)) return;
    this.#retire(this.#prepared);
    this.#prepared = undefined;
  }

  serves(version: ModelVersion): boolean {
    return this.#live !== undefined && isSameVersion(this.#live.version, version);
  }

  async clear(): Promise<void> {
    const models = [this.#live, this.#previous, this.#prepared];
    this.#live = undefined;
    this.#previous = undefined;
    this.#prepared = undefined;
    for (const model of models) if (model !== undefined) this.#retire(model);
    await Promise.all(this.#retiring);
  }

  /** What needs no loading to be activated. */
  #warm(version: ModelVersion): ServedModel | undefined {
    return [this.#prepared, this.#previous].find(
      (model) => model !== undefined && model.pool.ended === undefined && isSameVersion(model.version, version),
    );
  }

  #lost(model: ServedModel, reason: string): void {
    if (model !== this.#live) return;
    this.#live = undefined;
    this.#reason = reason;
    this.#retire(model);
    this.#options.onLost(reason);
  }

  #retire(model: ServedModel): void {
    const retired = retire(model).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
  }
}
