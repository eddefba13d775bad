/**
 * Sees to it that the participants serve the version that the alias points to. Whatever goes wrong on the way to a new
 * version, the one that is served goes on: a version that cannot be served is refused, and tried again only after the
 * alias has moved; a registry that does not answer is asked again at the next look.
 */
import { RegistryError, type RegistryErrorCode } from '../../registry/errors.js';
import type { ModelRegistry, ModelVersion } from '../../registry/model-registry.js';
import { type ModelUri, resolveModelUri } from '../../registry/model-uri.js';
import { REFUSALS_REMEMBERED, START_PATIENCE_MS, SWITCHES_REMEMBERED } from '../limits.js';
import type { Logger } from '../log.js';
import { within } from '../within.js';
import { Keeper } from './keeper.js';
import type { LastGood } from './last-good.js';
import { isSameVersion, type Participant, ParticipantLost, type Target } from './participant.js';
import { nextRegistryState, type RegistryState } from './registry-state.js';
import type { CoordinatorView, Counts, Refusal, Switch } from './view.js';

/** What the registry says of a version, rather than of itself: another look would find the same. */
const FAULTS_OF_VERSION: ReadonlySet<RegistryErrorCode> = new Set([
  'version_incomplete',
  'checksum_mismatch',
  'registry_unsupported',
]);

/** Has the participants follow one alias, look by look; the same for one process and for many. */
export class Coordinator implements CoordinatorView {
  readonly #registry: ModelRegistry;
  readonly #uri: ModelUri;
  readonly #participants: readonly Participant[];
  readonly #keeper: Keeper;
  readonly #log: Logger;
  #live: ModelVersion | undefined;
  #stale = false;
  #refused: Refusal | undefined;
  #registryState: RegistryState | undefined;
  #preparing: ModelVersion | undefined;
  readonly #switches: Switch[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #counts = { switches: 0, refusals: 0 };
  #onChange: () => void = () => {};

  /** @param lastGood what to serve when the registry is down at the start; undefined for nothing */
  constructor(
    registry: ModelRegistry,
    uri: ModelUri,
    participants: readonly Participant[],
    lastGood: LastGood | undefined,
    log: Logger,
  ) {
    this.#registry = registry;
    this.#uri = uri;
    this.#participants = participants;
    this.#keeper = new Keeper(lastGood, log);
    this.#log = log;
  }

  /** Calls `listener` when what is told of it may have changed. */
  onChange(listener: () => void): void {
    this.#onChange = listener;
  }

  get stale(): boolean {
    return this.#stale;
  }

  get refused(): Refusal | undefined {
    return this.#refused;
  }

  get preparing(): ModelVersion | undefined {
    return this.#preparing;
  }

  get registry(): RegistryState | undefined {
    return this.#registryState;
  }

  get switches(): readonly Switch[] {
    return this.#switches;
  }

  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  get counts(): Counts {
    return this.#counts;
  }

  /** Resolves when what is served has been kept for the next start, or could not be. */
  get kept(): Promise<void> {
    return this.#keeper.settled;
  }

  /** Looks where the alias points and has it served. Never rejects. */
  async look(): Promise<void> {
    const startedMs = performance.now();
    try {
      const version = await this.#patiently(this.#resolve(), startedMs);
      if (version !== undefined) await this.#follow(version, startedMs);
    } catch (error) {
      // Not foreseen; the service goes on, and the next look may fare better.
      this.#log.error({ err: error }, 'the look for a new version failed');
    }
    if (!this.#isServed()) await this.#serveLastGood(startedMs);
    this.#onChange();
  }

  /** What the registry gives; while nothing is served and it takes long, the last good version is. */
  async #patiently<T>(answer: Promise<T>, startedMs: number): Promise<T> {
    if (!this.#isServed() && !(await within(START_PATIENCE_MS, Promise.allSettled([answer]))))
      await this.#serveLastGood(startedMs);
    return answer;
  }

  /** Where the alias points; undefined where the registry does not say. */
  async #resolve(): Promise<ModelVersion | undefined> {
    try {
      const version = await resolveModelUri(this.#registry, this.#uri);
      this.#noteRegistry(undefined);
      return version;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      this.#noteRegistry(error);
      return undefined;
    }
  }

  async #follow(version: ModelVersion, startedMs: number): Promise<void> {
    if (this.#refused !== undefined && !isSameVersion(this.#refused.version, version)) this.#refused = undefined;
    if (this.#isServed(version)) {
      this.#live = version;
      this.#stale = false;
      return;
    }
    if (this.#refused !== undefined) return;
    this.#preparing = version;
    this.#onChange();
    try {
      if (this.#participants.every((participant) => participant.isLoaded(version))) {
        // Takes effect at once, whether or not its files can be had now.
        await this.#activate(version, startedMs);
        this.#keeper.keep(version, () => this.#download(version));
      } else {
        const folder = await this.#patiently(this.#download(version), startedMs);
        // Meanwhile the last good version, which may be this one, may have come into service.
        if (!this.#isServed(version)) await this.#switchTo({ version, folder }, startedMs);
        this.#keeper.keep(version, async () => folder);
      }
      this.#stale = false;
    } catch (error) {
      this.#notTakenUp(version, error);
    } finally {
      this.#preparing = undefined;
    }
  }

  /** @throws the reason of the first participant that refuses; none has then activated the version */
  async #switchTo(target: Target, startedMs: number): Promise<void> {
    const outcomes = await Promise.all(this.#participants.map((participant) => refusalOf(participant, target)));
    const refusal = outcomes.find((outcome) => outcome !== undefined);
    if (refusal !== undefined) {
      for (const participant of this.#participants) participant.discard(target.version);
      throw refusal;
    }
    await this.#activate(target.version, startedMs);
  }

  async #activate(version: ModelVersion, startedMs: number): Promise<void> {
    await Promise.all(this.#participants.map((participant) => participant.activate(version)));
    const done: Switch = {
      from: this.#live?.version ?? null,
      to: version.version,
      at: new Date().toISOString(),
      tookMs: performance.now() - startedMs,
    };
    this.#live = version;
    this.#counts.switches += 1;
    this.#switches.unshift(done);
    this.#switches.length = Math.min(this.#switches.length, SWITCHES_REMEMBERED);
    this.#log.info({ model: version.name, ...done, data: version.tags['data'] }, 'serving');
  }

  #notTakenUp(version: ModelVersion, error: unknown): void {
    const reason = messageOf(error);
    if (error instanceof ParticipantLost) {
      this.#log.error({ model: version.name, version: version.version, reason }, 'version not taken up yet');
      return;
    }
    if (error instanceof RegistryError && !FAULTS_OF_VERSION.has(error.code)) {
      this.#noteRegistry(error);
      return;
    }
    this.#counts.refusals += 1;
    this.#refused = { version, reason, at: new Date().toISOString() };
    this.#refusals.unshift(this.#refused);
    this.#refusals.length = Math.min(this.#refusals.length, REFUSALS_REMEMBERED);
    this.#log.error({ model: version.name, version: version.version, reason }, 'version refused');
  }

  #noteRegistry(fault: RegistryError | undefined): void {
    this.#registryState = nextRegistryState(this.#registryState, fault, this.#log);
  }

  async #serveLastGood(startedMs: number): Promise<void> {
    const target = await this.#keeper.read();
    // What is refused fresh is not served from the cache either.
    if (target === undefined || (this.#refused !== undefined && isSameVersion(this.#refused.version, target.version))) {
      return;
    }
    try {
      await this.#switchTo(target, startedMs);
      this.#stale = true;
      this.#log.warn({ version: target.version.version }, 'the last good version is served, from the cache');
    } catch (error) {
      if (!(error instanceof ParticipantLost)) this.#keeper.reject(target.version, messageOf(error));
    }
  }

  #download({ name, version }: ModelVersion): Promise<string> {
    return this.#registry.download(name, version);
  }

  #isServed(version = this.#live): boolean {
    return version !== undefined && this.#participants.every((participant) => participant.serves(version));
  }
}

/** Why the participant does not take the version up; undefined where it does. All are heard before any is believed. */
async function refusalOf(participant: Participant, target: Target): Promise<Error | undefined> {
  try {
    await participant.prepare(target);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
