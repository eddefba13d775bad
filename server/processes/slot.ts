/** One of the places for a process that answers: sees to it that there is one, until it is closed. */
import type { Logger } from '../log.js';
import { RestartPolicy } from './restart-policy.js';
import type { ServerChild } from './server-child.js';

/** How the place gets its process. */
export interface SlotOptions {
  /** Starts a process; resolves when it answers, and rejects when it does not, after ending it. */
  readonly start: () => Promise<ServerChild>;
  readonly drainTimeoutMs: number;
  /** Told when a process came, or one that was not told to has ended. */
  readonly onChange: () => void;
  readonly log: Logger;
}

/** The place of one process, which others follow in turn. */
export class Slot {
  readonly #options: SlotOptions;
  readonly #policy = new RestartPolicy();
  #child: ServerChild | undefined;
  /** The one whose place another has taken, while its connections end. */
  #leaving: ServerChild | undefined;
  #pause: NodeJS.Timeout | undefined;
  #starting: Promise<ServerChild> | undefined;
  #closed = false;
  #replaced = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  /** How often a process that had ended, or had failed to start, was replaced. */
  get replaced(): number {
    return this.#replaced;
  }

  /**
   * Starts the first process.
   * @throws what `start` does
   */
  async open(): Promise<void> {
    this.#hold(await this.#start());
  }

  /**
   * Starts another process and, when that answers, has the one that is there end. Where it does not come to answer, the
   * one that is there stays.
   * @throws what `start` does
   */
  async roll(): Promise<void> {
    const before = this.#child;
    // A place that is empty is about to be filled anyway.
    if (before === undefined || this.#closed) return;
    const next = await this.#start();
    this.#hold(next);
    this.#leaving = before;
    const inTime = await before.drain(true, this.#options.drainTimeoutMs);
    this.#leaving = undefined;
    this.#options.log.info({ pid: before.pid, by: next.pid, in_time: inTime }, 'a process was replaced');
  }

  /**
   * Has its process end, and starts no other; true when all that was in flight was answered in time.
   * @param linger whether each connection may carry one more request
   */
  async close(linger: boolean): Promise<boolean> {
    this.#closed = true;
    clearTimeout(this.#pause);
    const [started] = await Promise.allSettled([this.#starting]);
    const children = new Set([this.#child, this.#leaving, started.status === 'fulfilled' ? started.value : undefined]);
    const drained = [...children].map((child) => child?.drain(linger, this.#options.drainTimeoutMs) ?? true);
    return (await Promise.all(drained)).every(Boolean);
  }

  #start(): Promise<ServerChild> {
    const starting = this.#options.start().finally(() => {
      this.#starting = undefined;
    });
    this.#starting = starting;
    return starting;
  }

  #hold(child: ServerChild): void {
    this.#child = child;
    this.#options.onChange();
    const sinceMs = performance.now();
    void child.ended.then((how) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      if (!this.#closed) this.#replace(how, child.pid, performance.now() - sinceMs);
    });
  }

  #replace(how: string, pid: number, answeredMs: number): void {
    const pauseMs = this.#policy.pauseAfter(answeredMs);
    this.#options.log.error({ pid, how, again_in_ms: pauseMs }, 'a process ended');
    this.#options.onChange();
    this.#again(pauseMs);
  }

  #again(pauseMs: number): void {
    this.#pause = setTimeout(async () => {
      this.#replaced += 1;
      try {
        this.#hold(await this.#start());
      } catch (error) {
        if (this.#closed) return;
        const nextMs = this.#policy.pauseAfter(0);
        this.#options.log.error({ err: error, again_in_ms: nextMs }, 'a process did not start');
        this.#again(nextMs);
      }
    }, pauseMs);
  }
}
