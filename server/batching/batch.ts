/**
 * Rows that go to a worker together: their features in a slot, and by row who waits for the answer and until when.
 * A slot has one batch all its life, which is begun anew whenever the slot is acquired.
 */
import type { Slot } from '../../workers/slots.js';
import type { BatchMeter } from '../metrics/batches.js';
import type { FailureCode, Reply } from './reply.js';

/** One batch of rows and who waits for them; of its rows each is answered once. */
export class Batch {
  readonly slot: Slot;
  readonly #columns: number;
  #rows = 0;
  /** By row; undefined once the row has been answered. */
  readonly #replies: (Reply | undefined)[];
  /** By row, which of its request's rows it is. */
  readonly #rowsOfRequests: Int32Array;
  /** By row, in milliseconds of `performance.now`. */
  readonly #deadlines: Float64Array;
  /** By row, ascending but for rows that moved up; [rows], may be longer. */
  readonly arrivals: Float64Array;
  /** When it was handed over. */
  startedMs = 0;
  /** Whether it has failed once, and is tried again. */
  isRetry = false;
  /** Whether its rows are of requests that have one each, or of one with many, which gives way to others. */
  kind: 'single' | 'bulk' = 'single';

  /** @param maxRows that the slot has room for */
  constructor(slot: Slot, columns: number, maxRows: number) {
    this.slot = slot;
    this.#columns = columns;
    this.#replies = new Array<Reply | undefined>(maxRows).fill(undefined);
    this.#rowsOfRequests = new Int32Array(maxRows);
    this.#deadlines = new Float64Array(maxRows);
    this.arrivals = new Float64Array(maxRows);
  }

  /** Begins anew, with no rows. */
  begin(): this {
    this.#truncate(0);
    this.startedMs = 0;
    this.isRetry = false;
    this.kind = 'single';
    return this;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The latest of its rows' deadlines. */
  get deadlineMs(): number {
    let latestMs = 0;
    for (let row = 0; row < this.#rows; row++) latestMs = Math.max(latestMs, this.#deadlines[row] ?? 0);
    return latestMs;
  }

  /** Where the features of the next row go in the slot. */
  get offset(): number {
    return this.#rows * this.#columns;
  }

  /** Adds the row whose features were written at `offset`. */
  add(reply: Reply, rowOfRequest: number, nowMs: number, deadlineMs: number): void {
    const row = this.#rows;
    this.arrivals[row] = nowMs;
    this.#replies[row] = reply;
    this.#rowsOfRequests[row] = rowOfRequest;
    this.#deadlines[row] = deadlineMs;
    this.#rows = row + 1;
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
    for (let row = 0; row < other.#rows; row++) this.#replies[row] = other.#replies[row];
    this.arrivals.set(other.arrivals);
    this.#rowsOfRequests.set(other.#rowsOfRequests);
    this.#deadlines.set(other.#deadlines);
    this.#rows = other.#rows;
    other.#forget(0);
  }

  /** Answers each row that has no answer yet with its minutes. */
  deliver(): void {
    const { minutes } = this.slot;
    for (let row = 0; row < this.#rows; row++) {
      this.#replies[row]?.deliver(this.#rowsOfRequests[row] ?? 0, minutes[row] ?? Number.NaN);
    }
    this.#forget(0);
  }

  /** @returns how many rows were told, those that had no answer yet */
  fail(code: FailureCode, reason: string): number {
    let told = 0;
    for (let row = 0; row < this.#rows; row++) {
      if (this.#replies[row] !== undefined) told += 1;
      this.#replies[row]?.fail(this.#rowsOfRequests[row] ?? 0, code, reason);
    }
    this.#forget(0);
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
    this.#forget(rows);
    this.#rows = rows;
  }

  /** Lets go of the replies from `row` on, which hold on to their requests for as long as the slot is not used again. */
  #forget(row: number): void {
    this.#replies.fill(undefined, row, this.#rows);
  }
}

const OVERDUE = 'It waited longer than it may.';
