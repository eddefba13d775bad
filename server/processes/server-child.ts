/** A process that answers, as the supervisor sees it: what it has loaded, what it has counted, and how it ended. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ModelVersion } from '../../registry/model-registry.js';
import { DRAIN_GRACE_MS, METRICS_PATIENCE_MS, PROCESS_START_MS } from '../limits.js';
import { NOTHING_READ } from '../status/reading.js';
import { isSameVersion, ParticipantLost } from '../switching/participant.js';
import { within } from '../within.js';
import type { Counted, LoadedByRole, Role, ServerCalls, SupervisorCalls } from './calls.js';
import { Channel } from './channel.js';
import type { FleetMember } from './fleet.js';

const PROGRAM = fileURLToPath(new URL('./server-process.js', import.meta.url));

/** What a process that answers may ask of its supervisor, and when that is told of it. */
export interface ServerChildOptions {
  /** What the supervisor answers to any of its processes. */
  readonly answers: Pick<SupervisorCalls, 'hint' | 'metrics' | 'status'>;
  /** Told when it has other models than before. */
  readonly onLoaded: () => void;
}

/** A process that answers, from its start to its end. */
export class ServerChild implements FleetMember {
  readonly pid: number;
  readonly channel: Channel<ServerCalls, SupervisorCalls>;
  /** Resolves with how it ended. */
  readonly ended: Promise<string>;
  readonly #process: ChildProcess;
  readonly #ready: Promise<void>;
  #loaded: LoadedByRole = {
    live: { live: undefined, previous: undefined },
    shadow: { live: undefined, previous: undefined },
  };
  #counted: Counted = { metrics: [], traffic: NOTHING_READ };
  #asked: Promise<void> | undefined;
  #unanswered = 0;
  /** Opening the port; undefined before it was asked to, and when it could not. */
  #listening: Promise<number> | undefined;
  /** Whether connections come to it, or will as soon as the port is opened. */
  inService = false;
  /** Whether it has been told to end. */
  draining = false;

  constructor({ answers, onLoaded }: ServerChildOptions) {
    const child = fork(PROGRAM, { serialization: 'advanced' });
    this.#process = child;
    this.pid = child.pid ?? 0;
    let isReady: () => void = () => {};
    this.#ready = new Promise((resolve) => {
      isReady = resolve;
    });
    const port = {
      // That it has gone is told by `ended`.
      send: (message: object) => void child.send(message, () => {}),
      onMessage: (listener: (message: unknown) => void) => void child.on('message', listener),
    };
    this.channel = new Channel<ServerCalls, SupervisorCalls>(port, {
      ...answers,
      ready: () => isReady(),
      loaded: (models) => {
        this.#loaded = models;
        onLoaded();
      },
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    void this.ended.then((how) => {
      this.inService = false;
      this.channel.close(new ParticipantLost(`The process ${this.pid} ended (${how}).`));
    });
  }

  /** @throws ParticipantLost if it ends before it can be asked, or takes too long */
  async ready(): Promise<void> {
    const ended = this.ended.then((how) => {
      throw new ParticipantLost(`The process ${this.pid} ended (${how}) before it could be asked.`);
    });
    if (await within(PROCESS_START_MS, Promise.race([this.#ready, ended]))) return;
    throw new ParticipantLost(`The process ${this.pid} took too long to start.`);
  }

  serves(role: Role, version: ModelVersion): boolean {
    const { live } = this.#loaded[role];
    return live !== undefined && isSameVersion(live, version);
  }

  isLoaded(role: Role, version: ModelVersion): boolean {
    const { previous } = this.#loaded[role];
    return this.serves(role, version) || (previous !== undefined && isSameVersion(previous, version));
  }

  /** Whether it answers new requests with a model. */
  get answers(): boolean {
    return this.takesRequests && this.#loaded.live.live !== undefined;
  }

  /** Whether new connections may come to it, now or as soon as the port is opened. */
  get takesRequests(): boolean {
    return this.inService && !this.draining;
  }

  /**
   * Has it open the port, once; gives the port.
   * @param port 0 for one that the system chooses
   */
  listen(port: number): Promise<number> {
    this.#listening ??= this.channel.ask('listen', port).catch((error: unknown) => {
      this.#listening = undefined;
      throw error;
    });
    return this.#listening;
  }

  /** What it said last that it has counted. */
  get counted(): Counted {
    return this.#counted;
  }

  /** Notes whether it has answered the last poll; gives how often in a row it has not. */
  beat(): number {
    this.#unanswered = this.#asked === undefined ? 0 : this.#unanswered + 1;
    return this.#unanswered;
  }

  /** Asks what it has counted, unless it still has to answer to that; resolves when it has, or after a while. */
  async poll(): Promise<void> {
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    await within(METRICS_PATIENCE_MS, this.#asked);
  }

  async #ask(): Promise<void> {
    const [answer] = await Promise.allSettled([this.channel.ask('counted', undefined)]);
    // Of one that ends meanwhile, what it said last is kept.
    if (answer.status === 'fulfilled') this.#counted = answer.value;
  }

  /**
   * Has it answer what is in flight and end; resolves when it has ended, by force if need be.
   * @param linger whether each connection may carry one more request
   * @returns whether all was answered in time
   */
  async drain(linger: boolean, drainTimeoutMs: number): Promise<boolean> {
    this.draining = true;
    const drained = this.channel.ask('drain', linger).then(
      ({ inTime, counted }) => {
        this.#counted = counted;
        return inTime;
      },
      () => false,
    );
    // Draining and the ending of the models have that time each.
    await within(2 * drainTimeoutMs + DRAIN_GRACE_MS, drained);
    if (this.#process.connected) this.#process.disconnect();
    if (!(await within(DRAIN_GRACE_MS, this.ended))) this.kill();
    await this.ended;
    return drained;
  }

  /** Ends it at once. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }
}
