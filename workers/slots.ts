/** The slots of a pool: which are free, and which wait for a worker's exit before anyone may have them again. */
import { nextTicket, type SlotLayout, SlotMemory } from './slot-memory.js';

/** Room for one batch, in shared memory. */
export interface Slot {
  readonly index: number;
  /** [maxRows, columns], row by row; the owner's to fill until it runs the slot. */
  readonly features: Float32Array;
  /** [maxRows]; the answers, once the run has resolved. */
  readonly minutes: Float32Array;
}

export class Slots {
  readonly memory: SlotMemory;
  readonly #free: Slot[];
  readonly #tickets: Int32Array;
  readonly #quarantine = new Map<number, Slot[]>();

  constructor(layout: SlotLayout) {
    const memory = new SlotMemory(layout);
    this.memory = memory;
    this.#tickets = new Int32Array(layout.slots);
    this.#free = memory.features.map((features, index) => ({ index, features, minutes: minutesOf(memory, index) }));
  }

  /** A free slot, now the caller's; undefined if there is none. */
  acquire(): Slot | undefined {
    return this.#free.pop();
  }

  /** Gives back a slot that no worker has. */
  release(slot: Slot): void {
    this.memory.free(slot.index);
    this.#free.push(slot);
  }

  /** Offers the slot to the workers. Gives the ticket it is offered under, which no earlier offer of it had. */
  offer(slot: Slot): number {
    const ticket = nextTicket(this.#tickets[slot.index] ?? 0);
    this.#tickets[slot.index] = ticket;
    this.memory.offer(slot.index, ticket);
    return ticket;
  }

  /**
   * Takes the slot back from the workers, whoever has it.
   * One that a living thread has claimed stays out of use until `threadExited` tells of that thread.
   */
  withdraw(slot: Slot, ticket: number, isAlive: (threadId: number) => boolean): void {
    const threadId = this.memory.revoke(slot.index, ticket);
    if (threadId === undefined || !isAlive(threadId)) {
      this.release(slot);
      return;
    }
    const waiting = this.#quarantine.get(threadId);
    if (waiting === undefined) this.#quarantine.set(threadId, [slot]);
    else waiting.push(slot);
  }

  /** Whether slots wait for that thread's exit. */
  awaitsExitOf(threadId: number): boolean {
    return this.#quarantine.has(threadId);
  }

  /** Frees what waited for that thread's exit. */
  threadExited(threadId: number): void {
    const waiting = this.#quarantine.get(threadId) ?? [];
    this.#quarantine.delete(threadId);
    for (const slot of waiting) this.release(slot);
  }
}

function minutesOf(memory: SlotMemory, index: number): Float32Array {
  const minutes = memory.minutes[index];
  if (minutes === undefined) throw new RangeError(`There is no slot ${index}.`);
  return minutes;
}
