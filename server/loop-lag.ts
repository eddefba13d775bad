/**
 * How far the event loop is behind with reading: while it is, requests have waited unread for about that long, and where
 * the front end is the limit, this is its queue. It is measured as a request has it: by a message to oneself, which waits
 * among the sockets that have something to read. A timer would not do: while more and more sockets have something, the
 * loop goes on reading for as long as a second before it looks at its timers, and nobody waits for that.
 */
import { MessageChannel } from 'node:worker_threads';
import { LOOP_PROBE_INTERVAL_MS, REQUESTS_OF_A_LATE_LOOP } from './limits.js';

/** Sends messages to oneself; `onReturn` is called when one is read. Gives what sends one. */
export type Probe = (onReturn: () => void) => () => void;

/** The lag of one event loop; it measures only while requests come. */
export class LoopLag {
  readonly #maximumMs: number;
  readonly #send: () => void;
  /** When the message was sent that is on its way. */
  #sentMs: number | undefined;
  /** When the last one came back, and how long it took. */
  #returnedMs = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  /** Requests read since. */
  #read = 0;

  /** @param maximumMs beyond it, requests are to be refused */
  constructor(maximumMs: number, probe: Probe = messageProbe) {
    this.#maximumMs = maximumMs;
    this.#send = probe(() => this.#returned());
  }

  /** Milliseconds that what is read at `nowMs` has waited, about. */
  at(nowMs: number): number {
    return this.#sentMs === undefined ? this.#tookMs : Math.max(this.#tookMs, nowMs - this.#sentMs);
  }

  /**
   * To be asked once for each request that is read. A loop that was held up by something else, and then finds a few
   * requests, has no queue, and answers them.
   */
  isTooLarge(nowMs: number): boolean {
    this.#read += 1;
    if (this.#sentMs === undefined && nowMs - this.#returnedMs >= LOOP_PROBE_INTERVAL_MS) this.#probe(nowMs);
    return this.#read > REQUESTS_OF_A_LATE_LOOP && this.at(nowMs) > this.#maximumMs;
  }

  #probe(nowMs: number): void {
    // After a while without requests, the last message says nothing any more.
    if (nowMs - this.#returnedMs > 2 * LOOP_PROBE_INTERVAL_MS) {
      this.#tookMs = 0;
      this.#read = 1;
    }
    this.#sentMs = nowMs;
    this.#send();
  }

  #returned(): void {
    const nowMs = performance.now();
    this.#tookMs = nowMs - (this.#sentMs ?? nowMs);
    this.#returnedMs = nowMs;
    this.#sentMs = undefined;
    this.#read = 0;
  }
}

/** It does not keep the process alive. */
function messageProbe(onReturn: () => void): () => void {
  const { port1, port2 } = new MessageChannel();
  port2.on('message', onReturn);
  port2.unref();
  return () => port1.postMessage(null);
}
