/**
 * The batches that wait for a worker, in memory which the server's thread shares with all workers of a pool: a ring into
 * which the one puts, and from which whichever worker is free takes. A worker with nothing to do sleeps on the word that
 * counts what was put; the server's thread is woken by the word that counts what was done. A message between threads
 * costs both of them several times as much.
 */
import type { BatchTask } from './protocol.js';

/** Words, each on a cache line of its own, so that the two sides do not slow each other. */
const WORDS_OF_A_LINE = 16;
/** How many batches were put, and how many of them were taken; both count on beyond 2^31. */
const PUT = 0;
const TAKEN = WORDS_OF_A_LINE;
/** Times that a worker was done with a batch. */
const DONE = 2 * WORDS_OF_A_LINE;
/** 1 once the workers are to leave. */
const DISMISSED = 3 * WORDS_OF_A_LINE;
const RING = 4 * WORDS_OF_A_LINE;

/** A power of two, so that the count of what was put may overflow. */
const PLACES = 1_024;
/** Words of a place: slot, ticket, rows. */
const WORDS_OF_A_PLACE = 4;

/** One side's view of the queue. Any number may take; only one thread may put. */
export class BatchQueue {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param buffer the memory to look at; left out, it is allocated. */
  constructor(buffer?: SharedArrayBuffer) {
    this.buffer = buffer ?? new SharedArrayBuffer((RING + PLACES * WORDS_OF_A_PLACE) * Int32Array.BYTES_PER_ELEMENT);
    this.#words = new Int32Array(this.buffer);
  }

  /**
   * Puts the batch last, and wakes a worker that sleeps.
   * @returns false where there is no place, as when for a long time no worker took any
   */
  put({ slot, ticket, rows }: BatchTask): boolean {
    const words = this.#words;
    const put = Atomics.load(words, PUT);
    if (((put - Atomics.load(words, TAKEN)) | 0) >= PLACES) return false;
    const place = placeOf(put);
    words[place] = slot;
    words[place + 1] = ticket;
    words[place + 2] = rows;
    // What is written before this is seen by whoever sees this.
    Atomics.store(words, PUT, (put + 1) | 0);
    Atomics.notify(words, PUT, 1);
    return true;
  }

  /** Takes the batch that has waited longest; sleeps until there is one. Undefined when the worker is to leave. */
  take(): BatchTask | undefined {
    const words = this.#words;
    while (Atomics.load(words, DISMISSED) === 0) {
      const put = Atomics.load(words, PUT);
      const taken = Atomics.load(words, TAKEN);
      if (put === taken) {
        Atomics.wait(words, PUT, put);
        continue;
      }
      const place = placeOf(taken);
      const batch = { slot: words[place] ?? 0, ticket: words[place + 1] ?? 0, rows: words[place + 2] ?? 0 };
      // Where another was quicker, what was read may be half of the next; it is not used.
      if (Atomics.compareExchange(words, TAKEN, taken, (taken + 1) | 0) === taken) return batch;
    }
    return undefined;
  }

  /** A worker is done with a batch. */
  done(): void {
    Atomics.add(this.#words, DONE, 1);
    Atomics.notify(this.#words, DONE);
  }

  /** Calls `onDone` after batches were done, one or several, until the workers are dismissed. */
  async watch(onDone: () => void): Promise<void> {
    const words = this.#words;
    let seen = 0;
    while (Atomics.load(words, DISMISSED) === 0) {
      const change = Atomics.waitAsync(words, DONE, seen);
      if (change.async) await change.value;
      seen = Atomics.load(words, DONE);
      onDone();
    }
  }

  /** Has the workers leave, each when it is done with its batch; what still waits is not taken. */
  dismiss(): void {
    Atomics.store(this.#words, DISMISSED, 1);
    // One that has just found nothing to take does not fall asleep on another number.
    Atomics.add(this.#words, PUT, 1);
    Atomics.notify(this.#words, PUT);
    Atomics.notify(this.#words, DONE);
  }
}

function placeOf(count: number): number {
  return RING + (count & (PLACES - 1)) * WORDS_OF_A_PLACE;
}
