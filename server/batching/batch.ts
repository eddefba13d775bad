/** Rows that go to a worker together: their features in a slot, and by row who waits for the answer and until when. */
import type { Slot } from '../../workers/slots.js';
import type { FailureCode, Reply } from './reply.js';

export class Batch {
  readonly slot: Slot;
  readonly #columns: number;
  #rows = 0;
  /** By row; undefined once the row has been answered. */
  readonly #replies: (Reply | undefined)[] = [];
  /** By row, which of its request's rows it is. */
  readonly #rowsOfRequests: number[] = [];
  /** By row, in milliseconds of `performance.now`. */
  readonly #deadlines: number[] = [];
  /** When its first row came, in milliseconds of `performance.now`. */
  firstMs: number;
  /** When it was handed over. */
  startedMs = 0;
  /** Whether it has failed once, and is tried again. */
  isRetry = false;
  /** Whether it is of requests with many rows, which give way to others. */
  isBulk = false;

  constructor(slot: Slot, columns: number, nowMs: number) {
    this.slot = slot;
    this.firstMs = nowMs;
    this.#columns = columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The latest of its rows' deadlines. */
  get deadlineMs(): number {
    return Math.max(...this.#deadlines);
  }

  /** Where the features of the next row go in the slot. */
  get offset(): number {
    return this.#rows * this.#columns;
  }

  /** Adds the row whose features were written at `offset`. */
  add(reply: Reply, rowOfRequest: number, deadlineMs: number): void {
    this.#replies.push(reply);
    this.#rowsOfRequests.push(rowOfRequest);
    this.#deadlines.push(deadlineMs);
    this.#rows += 1;
  }

  /** Drops the rows that nobody waits for: those abandoned, answered, or over their deadline, which are told so. */
  prune(nowMs: number): void {
    let kept = 0;
    for (let row = 0; row < this.#rows; row++) {
      const reply = this.#replies[row];
      if (reply === undefined || !reply.wanted) continue;
      const deadlineMs = this.#deadlines[row] ?? 0;
      if (deadlineMs <= nowMs) {
        this.#tellOverdue(row);
        continue;
      }
      if (kept < row) this.#move(row, kept);
      kept += 1;
    }
    this.#truncate(kept);
  }

  /** Takes over the rows of a batch that failed. Its features are still whole: no worker writes those. */
  takeOver(other: Batch): void {
    this.slot.features.set(other.slot.features.subarray(0, other.offset));
    this.firstMs = other.firstMs;
    this.isRetry = true;
    this.isBulk = other.isBulk;
    for (const [row, reply] of other.#replies.entries()) {
      this.#replies.push(reply);
      this.#rowsOfRequests.push(other.#rowsOfRequests[row] ?? 0);
      this.#deadlines.push(other.#deadlines[row] ?? 0);
    }
    this.#rows = other.#rows;
  }

  /** Answers each row that has no answer yet with its minutes. */
  deliver(): void {
    const { minutes } = this.slot;
    for (let row = 0; row < this.#rows; row++) {
      this.#replies[row]?.deliver(this.#rowsOfRequests[row] ?? 0, minutes[row] ?? Number.NaN);
    }
  }

  fail(code: FailureCode, reason: string): void {
    for (let row = 0; row < this.#rows; row++) this.#replies[row]?.fail(this.#rowsOfRequests[row] ?? 0, code, reason);
  }

  /** Tells the rows whose deadline has passed. */
  failOverdue(nowMs: number): void {
    for (let row = 0; row < this.#rows; row++) {
      const deadlineMs = this.#deadlines[row] ?? 0;
      if (deadlineMs <= nowMs && this.#replies[row] !== undefined) this.#tellOverdue(row);
    }
  }

  #tellOverdue(row: number): void {
    const reply = this.#replies[row];
    this.#replies[row] = undefined;
    reply?.fail(this.#rowsOfRequests[row] ?? 0, 'prediction_timeout', OVERDUE);
  }

  #move(from: number, to: number): void {
    const { features } = this.slot;
    features.copyWithin(to * this.#columns, from * this.#columns, (from + 1) * this.#columns);
    this.#replies[to] = this.#replies[from];
    this.#rowsOfRequests[to] = this.#rowsOfRequests[from] ?? 0;
    this.#deadlines[to] = this.#deadlines[from] ?? 0;
  }

  #truncate(rows: number): void {
    this.#rows = rows;
    this.#replies.length = rows;
    this.#rowsOfRequests.length = rows;
    this.#deadlines.length = rows;
  }
}

const OVERDUE = 'It waited longer than it may.';
