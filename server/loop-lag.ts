/**
 * How far the event loop is behind with reading requests. While it is, they have waited unread for about that long, and
 * those that it reads now are answered as late: where the front end is the limit, this is its queue. A loop that was
 * held up, and then finds a few requests, has no such queue.
 */
import { LOOP_TICK_MS, REQUESTS_OF_A_LATE_TURN } from './limits.js';

export class LoopLag {
  readonly #maximumMs: number;
  #tickedMs = performance.now();
  /** Requests read since. */
  #read = 0;

  /** @param maximumMs beyond it, requests are to be refused */
  constructor(maximumMs: number) {
    this.#maximumMs = maximumMs;
    setInterval(() => {
      this.#tickedMs = performance.now();
      this.#read = 0;
    }, LOOP_TICK_MS).unref();
  }

  /** Milliseconds since the tick before `nowMs` was due. */
  at(nowMs: number): number {
    return Math.max(0, nowMs - this.#tickedMs - LOOP_TICK_MS);
  }

  /** To be asked once for each request that is read. */
  isTooLarge(nowMs: number): boolean {
    this.#read += 1;
    return this.#read > REQUESTS_OF_A_LATE_TURN && this.at(nowMs) > this.#maximumMs;
  }
}
