/**
 * Some requests in the log: what was asked, what became of it and how long that took; never a body or a token. Of the
 * first in each second some, and of those that failed on our side more.
 */
import type { ExchangeOwner, Headers } from './exchange.js';
import { FAILURES_LOGGED_PER_SECOND, REQUESTS_LOGGED_PER_SECOND } from './limits.js';
import type { Logger } from './log.js';

/** The owner of a route's exchanges, told how each ended. */
export interface WatchedOwner extends ExchangeOwner {
  readonly route: string;
  ended(status?: number, headers?: Headers): void;
}

const NO_HEADERS: Headers = [];
const MILLIS_PER_SECOND = 1_000;

/** The log of one process's requests. */
export class RequestLog {
  readonly #log: Logger;
  #second = 0;
  #logged = 0;
  #failuresLogged = 0;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** The owner of one exchange, which is logged at its end if its turn is. */
  watch(owner: WatchedOwner, method: string): ExchangeOwner {
    return new WatchedExchange(this, owner, method);
  }

  ended(method: string, route: string, status: number, durationMs: number, headers: Headers): void {
    if (!this.#isTurnOf(status)) return;
    const version = headers.find(([name]) => name === 'x-model-version')?.[1];
    const entry = {
      method: method.toUpperCase(),
      route,
      status,
      duration_ms: Math.round(durationMs * MILLIS_PER_SECOND) / MILLIS_PER_SECOND,
      ...(version !== undefined && { version: Number(version) }),
    };
    this.#log.info(entry, status === 0 ? 'client left' : 'request');
  }

  #isTurnOf(status: number): boolean {
    const second = Math.floor(performance.now() / MILLIS_PER_SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#logged = 0;
      this.#failuresLogged = 0;
    }
    if (status < 500) return this.#logged++ < REQUESTS_LOGGED_PER_SECOND;
    return this.#failuresLogged++ < FAILURES_LOGGED_PER_SECOND;
  }
}

class WatchedExchange implements ExchangeOwner {
  readonly #log: RequestLog;
  readonly #owner: WatchedOwner;
  readonly #method: string;
  readonly #beganMs = performance.now();

  constructor(log: RequestLog, owner: WatchedOwner, method: string) {
    this.#log = log;
    this.#owner = owner;
    this.#method = method;
  }

  get draining(): boolean {
    return this.#owner.draining;
  }

  ended(status = 0, headers = NO_HEADERS): void {
    this.#log.ended(this.#method, this.#owner.route, status, performance.now() - this.#beganMs, headers);
    this.#owner.ended(status, headers);
  }

  faulted(error: unknown): void {
    this.#owner.faulted(error);
  }
}
