/**
 * The memory that the server's thread and the workers share: slots for batches.
 *
 * A slot holds features [maxRows, columns], minutes [maxRows], and one claim word that says whose it is:
 *   0          nobody's, or the server thread's, which fills or reads it
 *   ticket     offered to the workers under that ticket, a number above 0 that grows with each use of the slot
 *   -threadId  claimed by that worker, which alone may write into it
 *   GIVEN_UP   claimed by a worker whose batch nobody waits for any more; it ends itself when it sees this
 * Offer, claim, finish and revoke are single atomic steps on that word. So a batch that no worker has claimed can be
 * taken back at once, a worker that comes late finds its ticket gone, and of a claimed slot it is known which worker's
 * exit makes it safe again.
 */

/** How the shared memory is divided: the same on both sides. */
export interface SlotLayout {
  /** How many slots there are. */
  readonly slots: number;
  /** Rows a slot has room for. */
  readonly maxRows: number;
  /** Features of a row. */
  readonly columns: number;
}

const FREE = 0;
/** No thread has this id. */
const GIVEN_UP = -(2 ** 31);
const LAST_TICKET = 2 ** 31 - 1;
/** Slots begin on their own cache lines, so that two threads at work on neighbours do not slow each other. */
const CACHE_LINE_BYTES = 64;

/** One side's view of the shared memory. */
export class SlotMemory {
  readonly layout: SlotLayout;
  readonly buffer: SharedArrayBuffer;
  /** Per slot, features [maxRows, columns], row by row. */
  readonly features: readonly Float32Array[];
  /** Per slot, minutes [maxRows]. */
  readonly minutes: readonly Float32Array[];
  readonly #claims: readonly Int32Array[];

  /** @param buffer the memory to look at; left out, it is allocated. */
  constructor(layout: SlotLayout, buffer?: SharedArrayBuffer) {
    const { slots, maxRows, columns } = layout;
    const featureBytes = align(maxRows * columns * Float32Array.BYTES_PER_ELEMENT);
    const minuteBytes = align(maxRows * Float32Array.BYTES_PER_ELEMENT);
    const slotBytes = CACHE_LINE_BYTES + featureBytes + minuteBytes;
    const memory = buffer ?? new SharedArrayBuffer(slots * slotBytes);
    const offsets = Array.from({ length: slots }, (_, slot) => slot * slotBytes);
    this.layout = layout;
    this.buffer = memory;
    this.#claims = offsets.map((offset) => new Int32Array(memory, offset, 1));
    this.features = offsets.map((offset) => new Float32Array(memory, offset + CACHE_LINE_BYTES, maxRows * columns));
    this.minutes = offsets.map((offset) => new Float32Array(memory, offset + CACHE_LINE_BYTES + featureBytes, maxRows));
  }

  /** Offers the slot to the workers under `ticket`. */
  offer(slot: number, ticket: number): void {
    Atomics.store(this.#claim(slot), 0, ticket);
  }

  /** Makes the slot the worker's; false if the ticket is no longer on offer. */
  claim(slot: number, ticket: number, threadId: number): boolean {
    return Atomics.compareExchange(this.#claim(slot), 0, ticket, -threadId) === ticket;
  }

  /** Ends the worker's claim once it has written; false if the batch was given up, and the worker is to end. */
  finish(slot: number, threadId: number): boolean {
    return Atomics.compareExchange(this.#claim(slot), 0, -threadId, FREE) === -threadId;
  }

  /** Takes an offer back, or gives up the claim on it. Gives the thread that may still write, or undefined. */
  revoke(slot: number, ticket: number): number | undefined {
    const claim = this.#claim(slot);
    const found = Atomics.compareExchange(claim, 0, ticket, FREE);
    if (found >= FREE) return undefined;
    // The worker may finish right now: then it has written all that it will.
    return Atomics.compareExchange(claim, 0, found, GIVEN_UP) === found ? -found : undefined;
  }

  /** Whether a slot that was offered is nobody's any more: its batch is done, or was taken back. */
  isDone(slot: number): boolean {
    return Atomics.load(this.#claim(slot), 0) === FREE;
  }

  /** The thread that has claimed the slot and is not done; undefined where none has, or its batch was given up. */
  claimant(slot: number): number | undefined {
    const claim = Atomics.load(this.#claim(slot), 0);
    return claim < FREE && claim !== GIVEN_UP ? -claim : undefined;
  }

  /** Makes the slot nobody's. */
  free(slot: number): void {
    Atomics.store(this.#claim(slot), 0, FREE);
  }

  /** [maxRows, columns], row by row. @throws RangeError */
  featuresOf(slot: number): Float32Array {
    return this.#inSlot(this.features, slot);
  }

  /** [maxRows]. @throws RangeError */
  minutesOf(slot: number): Float32Array {
    return this.#inSlot(this.minutes, slot);
  }

  #claim(slot: number): Int32Array {
    return this.#inSlot(this.#claims, slot);
  }

  #inSlot<Part>(parts: readonly Part[], slot: number): Part {
    const part = parts[slot];
    if (part === undefined) throw new RangeError(`There is no slot ${slot}; there are ${this.layout.slots}.`);
    return part;
  }
}

/** The ticket after `ticket`. */
export function nextTicket(ticket: number): number {
  return ticket === LAST_TICKET ? 1 : ticket + 1;
}

function align(bytes: number): number {
  return Math.ceil(bytes / CACHE_LINE_BYTES) * CACHE_LINE_BYTES;
}
