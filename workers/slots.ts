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

/** The server thread's side of the slots: gives them out, and knows which may be given out again. */
export class Slots {
  readonly memory: SlotMemory;
  readonly #free: Slot[];
  readonly #tickets: Int32Array;
  /** By slot that was withdrawn, the thread that may still write into it. */
  readonly #writers = new Map<number, number>();
  /** By thread, the slots that nobody has until it has exited. */
  readonly #quarantine = new Map<number, Slot[]>();

  constructor(layout: SlotLayout) {
    const memory = new SlotMemory(layout);
    this.memory = memory;
    this.#tickets = new Int32Array(layout.slots);
    this.#free = memory.features.map((features, index) => ({ index, features, minutes: memory.minutesOf(index) }));
  }

  /** A free slot, now the caller's; undefined if there is none. */
  acquire(): Slot | undefined {
    return this.#free.pop();
  }

  /** Gives back a slot that is not on offer; one into which a thread may still write is free when that has exited. */
  release(slot: Slot): void {
    const writer = this.#writers.size === 0 ? undefined : this.#writers.get(slot.index);
    if (writer === undefined) {
      this.memory.free(slot.index);
      this.#free.push(slot);
      return;
    }
    this.#writers.delete(slot.index);
    const waiting = this.#quarantine.get(writer);
    if (waiting === undefined) this.#quarantine.set(writer, [slot]);
    else waiting.push(slot);
  }

  /** Offers the slot to the workers. Gives the ticket it is offered under, which no earlier offer of it had. */
  offer(slot: Slot): number {
    const ticket = nextTicket(this.#tickets[slot.index] ?? 0);
    this.#tickets[slot.index] = ticket;
    this.memory.offer(slot.index, ticket);
    return ticket;
  }

  /**
   * Takes the slot back from the workers, whoever has it; it is then the caller's to read and to release.
   * @returns the living thread that has claimed it and may still write into it; undefined where none may
   */
  withdraw(slot: Slot, ticket: number, isAlive: (threadId: number) => boolean): number | undefined {
    const threadId = this.memory.revoke(slot.index, ticket);
    if (threadId === undefined || !isAlive(threadId)) return undefined;
    this.#writers.set(slot.index, threadId);
    return threadId;
  }

  /** Frees what waited for that thread's exit. */
  threadExited(threadId: number): void {
    for (const [index, writer] of this.#writers) if (writer === threadId) this.#writers.delete(index);
    const waiting = this.#quarantine.get(threadId) ?? [];
    this.#quarantine.delete(threadId);
    for (const slot of waiting) this.release(slot);
  }
}
