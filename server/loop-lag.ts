/**
 * How far the event loop is behind. While it is, requests have waited unread for about that long, and those that it
 * reads now are answered as late: where the front end is the limit, this is its queue.
 */
import { LOOP_TICK_MS } from './limits.js';

export class LoopLag {
  readonly #maximumMs: number;
  #tickedMs = performance.now();

  /** @param maximumMs beyond it, requests are to be refused */
  constructor(maximumMs: number) {
    this.#maximumMs = maximumMs;
    setInterval(() => {
      this.#tickedMs = performance.now();
    }, LOOP_TICK_MS).unref();
  }

  /** Milliseconds since the tick before `nowMs` was due. */
  at(nowMs: number): number {
    return Math.max(0, nowMs - this.#tickedMs - LOOP_TICK_MS);
  }

  isTooLarge(nowMs: number): boolean {
    return this.at(nowMs) > this.#maximumMs;
  }
}
