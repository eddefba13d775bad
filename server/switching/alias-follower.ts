/**
 * When to look where the alias points: at the start, in intervals with jitter, so that many servers do not ask at
 * once, and at once on a hint. One look at a time; hints that come during a look are answered by one more after it.
 */
import { POLL_JITTER } from '../limits.js';

/** How often to look. */
export interface FollowerOptions {
  readonly intervalMs: number;
  /** From 0 to 1, as Math.random. */
  readonly random?: () => number;
}

/** The looks for one alias. */
export class AliasFollower {
  readonly #look: () => Promise<void>;
  readonly #intervalMs: number;
  readonly #random: () => number;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  /** @param look never rejects: what may go wrong is its own to tell. */
  constructor(look: () => Promise<void>, { intervalMs, random = Math.random }: FollowerOptions) {
    this.#look = look;
    this.#intervalMs = intervalMs;
    this.#random = random;
  }

  /** Looks, now or right after the look that runs; resolves when that one is over. */
  hint(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    if (this.#looking !== undefined) {
      this.#again = true;
      return this.#looking;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#lookUntilQuiet().finally(() => {
      this.#looking = undefined;
      this.#schedule();
    });
    return this.#looking;
  }

  /** Looks no more; resolves when the look that runs is over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  async #lookUntilQuiet(): Promise<void> {
    do {
      this.#again = false;
      await this.#look();
    } while (this.#again && !this.#stopped);
  }

  #schedule(): void {
    if (this.#stopped) return;
    const factor = 1 + POLL_JITTER * (2 * this.#random() - 1);
    this.#timer = setTimeout(() => void this.hint(), this.#intervalMs * factor);
    this.#timer.unref();
  }
}
