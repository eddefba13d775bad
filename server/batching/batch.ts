/** Rows that go to a worker together: their features in a slot, and by row who waits for the answer and until when. */
import type { Slot } from '../../workers/slots.js';
import type { BatchMeter } from '../metrics/batches.js';
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
  /** By row, ascending but for rows that moved up; [rows], may be longer. */
  readonly arrivals: number[] = [];
  /** When it was handed over. */
  startedMs = 0;
  /** Whether it has failed once, and is tried again. */
  isRetry = false;
  /** Whether its rows are of requests that have one each, or of one with many, which gives way to others. */
  kind: 'single' | 'bulk' = 'single';

  constructor(slot: Slot, columns: number) {
    this.slot = slot;
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
  add(reply: Reply, rowOfRequest: number, nowMs: number, deadlineMs: number): void {
    this.arrivals.push(nowMs);
    this.#replies.push(reply);
    this.#rowsOfRequests.push(rowOfRequest);
    this.#deadlines.push(deadlineMs);
    this.#rows += 1;
  }

  /** Drops the rows that nobody waits for: those answered, abandoned, or over their deadline, which are told so. */
  prune(nowMs: number, meter: BatchMeter | undefined): void {
    let kept = 0;
    for (let row = 0; row < this.#rows; row++) {
      const reply = this.#replies[row];
      if (reply === undefined) continue;
      if (!reply.wanted) {
        meter?.refusals.add('abandoned');
        continue;
      }
      if ((this.#deadlines[row] ?? 0) <= nowMs) {
        this.#tellOverdue(row, meter);
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
    this.isRetry = true;
    this.kind = other.kind;
    for (const [row, reply] of other.#replies.entries()) {
      this.#replies.push(reply);
      this.arrivals.push(other.arrivals[row] ?? 0);
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

  /** @returns how many rows were told, those that had no answer yet */
  fail(code: FailureCode, reason: string): number {
    let told = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (this.#replies[row] !== undefined) told += 1;
      this.#replies[row]?.fail(this.#rowsOfRequests[row] ?? 0, code, reason);
    }
    return told;
  }

  /** Tells the rows whose deadline has passed. */
  failOverdue(nowMs: number, meter: BatchMeter | undefined): void {
    for (let row = 0; row < this.#rows; row++) {
      const deadlineMs = this.#deadlines[row] ?? 0;
      if (deadlineMs <= nowMs && this.#replies[row] !== undefined) this.#tellOverdue(row, meter);
    }
  }

  #tellOverdue(row: number, meter: BatchMeter | undefined): void {
    meter?.refusals.add('expired');
    const reply = this.#replies[row];
    this.#replies[row] = undefined;
    reply?.fail(this.#rowsOfRequests[row] ?? 0, 'prediction_timeout', OVERDUE);
  }

  #move(from: number, to: number): void {
    const { features } = this.slot;
    features.copyWithin(to * this.#columns, from * this.#columns, (from + 1) * this.#columns);
    this.#replies[to] = this.#replies[from];
    this.arrivals[to] = this.arrivals[from] ?? 0;
    this.#rowsOfRequests[to] = this.#rowsOfRequests[from] ?? 0;
    this.#deadlines[to] = this.#deadlines[from] ?? 0;
  }

  #truncate(rows: number): void {
    this.#rows = rows;
    this.#replies.length = rows;
    this.arrivals.length = rows;
    this.#rowsOfRequests.length = rows;
    this.#deadlines.length = rows;
  }
}

const OVERDUE = 'It waited longer than it may.';
