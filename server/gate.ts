/**
 * Whether a request for predictions is taken in: decided by its head, before work is put into its body. What could not
 * be answered in time is refused at once, so that what is taken in can be.
 */
import type { Batcher } from './batching/batcher.js';
import { shorten } from './describe.js';
import { problem } from './errors.js';
import { type Exchange, RETRY_AFTER } from './exchange.js';
import { RETRY_AFTER_SECONDS } from './limits.js';
import { LoopLag } from './loop-lag.js';
import type { Refusals } from './metrics/refusals.js';
import type { RequestHead } from './request-head.js';

const TIMEOUT_HEADER = 'x-request-timeout-ms';
const MILLISECONDS = /^[1-9][0-9]*$/;

/** The gate of one process, asked for each request that wants minutes. */
export class Gate {
  readonly #isStopping: () => boolean;
  readonly #timeoutMs: number;
  readonly #lag: LoopLag;
  readonly #refusals: Refusals;

  /**
   * @param timeoutMs the time for a request whose caller names no shorter one
   * @param maximumLagMs how far the event loop may be behind
   * @param refusals counts who is refused
   * @param isStopping whether the server takes no more requests, with no other to take over its connections
   */
  constructor(timeoutMs: number, maximumLagMs: number, refusals: Refusals, isStopping = () => false) {
    this.#isStopping = isStopping;
    this.#refusals = refusals;
    this.#timeoutMs = timeoutMs;
    this.#lag = new LoopLag(maximumLagMs);
  }

  /**
   * Until when the request is to be answered, in milliseconds of `performance.now`; undefined where it was refused,
   * which has been answered.
   * @param batcher of the model that is to answer; undefined while there is none
   */
  admit(exchange: Exchange, head: RequestHead, batcher: Batcher | undefined): number | undefined {
    if (this.#isStopping()) {
      this.#refusals.add('stopping');
      exchange.sendProblem(problem('server_stopping', 'The server is stopping: send it to another.'), RETRY_AFTER);
      return undefined;
    }
    const given = head.requestTimeout;
    const timeoutMs = given === undefined ? this.#timeoutMs : Math.min(Number(given), this.#timeoutMs);
    if (given !== undefined && !MILLISECONDS.test(given)) {
      const allowed = 'a whole number of milliseconds, 1 or more';
      exchange.sendProblem(
        problem('malformed_request', `${TIMEOUT_HEADER} is ${JSON.stringify(shorten(given))}; allowed is ${allowed}.`),
      );
      return undefined;
    }
    const nowMs = performance.now();
    if (this.#lag.isTooLarge(nowMs)) {
      this.#refusals.add('event_loop_lag');
      exchange.refuse('The server is behind with reading requests.', RETRY_AFTER_SECONDS);
      return undefined;
    }
    if (batcher === undefined) this.#refusals.add('no_model');
    else if (!batcher.hasRoom(timeoutMs)) {
      this.#refusals.add('queue_full');
      exchange.refuse('The rows that wait already take all the time that there is.', batcher.retryAfterSeconds);
      return undefined;
    }
    return nowMs + timeoutMs;
  }
}
