/**
 * The processes that answer, as the one participant that an alias is followed by. A version is loaded by one of them
 * first, so that one that takes its process down leaves the others; then by the rest, and activated when all have it. A
 * process that comes later is given what the others have before it opens its port.
 */
import type { ModelVersion } from '../../registry/model-registry.js';
import { BRING_UP_ATTEMPTS, DEATHS_IN_PREPARING } from '../limits.js';
import type { Logger } from '../log.js';
import {
  type AskedParticipant,
  isSameVersion,
  type Loaded,
  ParticipantLost,
  type Target,
} from '../switching/participant.js';
import type { Role, ServerCalls, SupervisorCalls } from './calls.js';
import type { Channel } from './channel.js';

/** A process, as far as it matters here. */
export interface FleetMember {
  readonly pid: number;
  /** Whether it has been told to end. */
  readonly draining: boolean;
  readonly channel: Pick<Channel<ServerCalls, SupervisorCalls>, 'ask'>;
  serves(role: Role, version: ModelVersion): boolean;
  /** Whether it needs no files to serve it. */
  isLoaded(role: Role, version: ModelVersion): boolean;
}

/** What the fleet works with. */
export interface FleetOptions {
  /** Those that take part: all that are to be given what is activated. */
  readonly members: ReadonlySet<FleetMember>;
  readonly keepPrevious: boolean;
  /** Gives the folder with a version's files. */
  readonly download: (version: ModelVersion) => Promise<string>;
  /** Told when callers are to be told something else of why there is no model. */
  readonly onExplain: () => void;
  readonly log: Logger;
}

/** All processes in one role, live or shadow, as one participant. */
export class Fleet implements AskedParticipant {
  readonly #role: Role;
  readonly #options: FleetOptions;
  #prepared: Target | undefined;
  #live: Target | undefined;
  #previous: Target | undefined;
  /** While a version is on its way to them: resolves when it is there or given up. */
  #switching: { readonly over: Promise<void>; end(): void } | undefined;
  #deaths: { readonly version: ModelVersion; readonly count: number } | undefined;
  #reason = 'it is being loaded';

  constructor(role: Role, options: FleetOptions) {
    this.#role = role;
    this.#options = options;
  }

  /** The version that they answer with. */
  get version(): ModelVersion | undefined {
    return this.#live?.version;
  }

  get loaded(): Loaded {
    return { live: this.#live?.version, previous: this.#previous?.version };
  }

  /** Why there is no model, where there is none. */
  get reason(): string {
    return this.#reason;
  }

  explain(reason: string): void {
    this.#reason = reason;
    this.#options.onExplain();
  }

  async prepare(target: Target): Promise<void> {
    this.#begin();
    this.#prepared = target;
    const [first, ...others] = this.#members;
    if (first === undefined) throw new ParticipantLost('There is no process to load it.');
    try {
      await this.#prepareIn(first, target);
      await Promise.all(others.map((other) => this.#prepareIn(other, target)));
    } catch (error) {
      throw error instanceof ParticipantLost ? this.#lost(target.version, error) : error;
    }
  }

  isLoaded(version: ModelVersion): boolean {
    return this.#members.length > 0 && this.#members.every((member) => member.isLoaded(this.#role, version));
  }

  async activate(version: ModelVersion): Promise<void> {
    this.#begin();
    const known = [this.#prepared, this.#live, this.#previous];
    const target = known.find((one) => one !== undefined && isSameVersion(one.version, version));
    const before = this.#live;
    this.#prepared = undefined;
    // Without a folder that is known, its files are fetched for who needs them.
    this.#live = target ?? { version, folder: '' };
    if (before !== undefined && !isSameVersion(before.version, version)) {
      this.#previous = this.#options.keepPrevious ? before : undefined;
    }
    await Promise.all(this.#members.map((member) => this.#activateIn(member, version)));
    this.#end();
  }

  discard(version: ModelVersion): void {
    this.#prepared = undefined;
    for (const { channel } of this.#members) {
      channel.ask('discard', { role: this.#role, version }).catch((error: unknown) => this.#warn(error));
    }
    this.#end();
  }

  serves(version: ModelVersion): boolean {
    if (this.#live === undefined || !isSameVersion(this.#live.version, version)) return false;
    return this.#members.every((member) => member.serves(this.#role, version));
  }

  async clear(): Promise<void> {
    this.#live = undefined;
    this.#previous = undefined;
    const cleared = this.#members.map(({ channel }) => channel.ask('clear', this.#role));
    await Promise.all(cleared.map((one) => one.catch((error: unknown) => this.#warn(error))));
  }

  /** Whether the process has what the others have, and nothing else is on its way to them. */
  has(child: FleetMember): boolean {
    if (this.#switching !== undefined) return false;
    return this.#live === undefined || child.serves(this.#role, this.#live.version);
  }

  /**
   * Gives the process what the others have, and what was before that to go back to.
   * @throws Error saying why it does not serve that; ParticipantLost if it ended
   */
  async bringUp(child: FleetMember): Promise<void> {
    for (let attempt = 0; attempt < BRING_UP_ATTEMPTS; attempt++) {
      while (this.#switching !== undefined) await this.#switching.over;
      const [live, previous] = [this.#live, this.#previous];
      if (live === undefined || child.serves(this.#role, live.version)) return;
      if (previous !== undefined) await this.#give(child, previous).catch((error: unknown) => this.#warn(error));
      await this.#give(child, live);
    }
    if (!this.has(child)) throw new Error(`The process ${child.pid} does not take up the version that is served.`);
  }

  get #members(): FleetMember[] {
    return [...this.#options.members];
  }

  async #prepareIn(member: FleetMember, target: Target): Promise<void> {
    try {
      await member.channel.ask('prepare', { role: this.#role, target });
    } catch (error) {
      // It was to end anyway.
      if (!(error instanceof ParticipantLost && member.draining)) throw error;
    }
  }

  /** A process that does not activate what it has prepared is found not to serve it at the next look. */
  async #activateIn(member: FleetMember, version: ModelVersion): Promise<void> {
    await member.channel.ask('activate', { role: this.#role, version }).catch((error: unknown) => this.#warn(error));
  }

  async #give(child: FleetMember, { version, folder }: Target): Promise<void> {
    const role = this.#role;
    try {
      await child.channel.ask('prepare', { role, target: { version, folder } });
    } catch (error) {
      if (error instanceof ParticipantLost) throw error;
      // Its files may have been cleared away since.
      const again = await this.#options.download(version);
      await child.channel.ask('prepare', { role, target: { version, folder: again } });
    }
    await child.channel.ask('activate', { role, version });
  }

  /** What becomes of a version during whose loading a process ended: tried again at first, refused in the end. */
  #lost(version: ModelVersion, error: ParticipantLost): Error {
    const known = this.#deaths !== undefined && isSameVersion(this.#deaths.version, version) ? this.#deaths.count : 0;
    this.#deaths = { version, count: known + 1 };
    if (known + 1 < DEATHS_IN_PREPARING) return error;
    this.#deaths = undefined;
    return new Error(`${error.message} That was while it loaded this version, for the ${known + 1}. time.`);
  }

  #begin(): void {
    if (this.#switching !== undefined) return;
    let end: () => void = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.#switching = { over, end };
  }

  #end(): void {
    this.#switching?.end();
    this.#switching = undefined;
  }

  #warn(error: unknown): void {
    this.#options.log.warn({ role: this.#role, err: error }, 'a process did not do what it was asked');
  }
}
