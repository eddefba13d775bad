// @ts-check
/** Asks the server for its status, again and again while somebody looks, whatever becomes of the server meanwhile. */
import { LONGEST_PAUSE_MS, PATIENCE_MS, PAUSE_MS } from './limits.mjs';

/** @typedef {import('../../status/answer.js').Status} Status */
/** @typedef {import('../../status/answer.js').TrafficPoint} TrafficPoint */

/**
 * @typedef {object} Listener
 * @property {(status: Status, traffic: readonly TrafficPoint[]) => void} onStatus
 * @property {(reason: string) => void} onTrouble the server cannot be asked now
 */

export class Connection {
  /** @type {Listener} */
  #listener;
  /** What is known of the last minutes. @type {TrafficPoint[]} */
  #traffic = [];
  /** Which server that is of. */
  #instance = '';
  #pauseMs = PAUSE_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #next;
  #asking = false;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
    document.addEventListener('visibilitychange', () => this.#ask());
    window.addEventListener('online', () => this.#ask());
    this.#ask();
  }

  async #ask() {
    clearTimeout(this.#next);
    // Nobody looks: asked again when somebody does.
    if (document.hidden || this.#asking) return;
    this.#asking = true;
    try {
      const status = await this.#fetch();
      this.#pauseMs = PAUSE_MS;
      this.#listener.onStatus(status, this.#traffic);
    } catch (error) {
      this.#pauseMs = Math.min(2 * this.#pauseMs, LONGEST_PAUSE_MS);
      this.#listener.onTrouble(error instanceof Error ? error.message : String(error));
    } finally {
      this.#asking = false;
      if (!document.hidden) this.#next = setTimeout(() => this.#ask(), this.#pauseMs);
    }
  }

  /** @returns {Promise<Status>} */
  async #fetch() {
    const last = this.#traffic.at(-1)?.at ?? 0;
    const more = await fetchStatus(last);
    const now = Date.parse(more.now);
    // Another server behind a balancer, one that was started anew, or whose clock was set back: nothing is mixed.
    const isSame = more.instance === this.#instance && now >= last;
    const status = isSame || last === 0 ? more : await fetchStatus(0);
    this.#instance = status.instance;
    const since = now - status.window_seconds * 1_000;
    const known = isSame ? this.#traffic : [];
    this.#traffic = [...known, ...status.traffic].filter(({ at }) => at >= since);
    return status;
  }
}

/**
 * @param {number} after traffic up to then is known
 * @returns {Promise<Status>}
 */
async function fetchStatus(after) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await fetch(`status?after=${after}`, { signal, cache: 'no-store' });
  if (!response.ok) throw new Error(`It answers with ${response.status}.`);
  return response.json();
}
