/** What a batcher works with: what predicts, and what it may do. */
import type { Slot } from '../../workers/slots.js';
import type { BatchMeter } from '../metrics/batches.js';

/** The pool, as the batcher uses it. */
export interface BatchEngine {
  readonly workers: number;
  /** Batches that it takes at once. */
  readonly capacity: number;
  readonly maxRows: number;
  readonly columns: number;
  acquire(): Slot | undefined;
  release(slot: Slot): void;
  /** Rejects with PoolError; the slot's minutes may then still be written, but its features are whole. */
  run(slot: Slot, rows: number, timeoutMs: number): Promise<void>;
}

/** Predicts few rows on this thread, for when they would wait for the hop to a worker longer than that takes. */
export interface InPlaceEngine {
  readonly maxRows: number;
  readonly columns: number;
  /** What `predict` reads, [maxRows, columns]. */
  readonly features: Float32Array;
  /** What `predict` writes, [maxRows]. */
  readonly minutes: Float32Array;
  /**
   * Predicts the first `rows` rows.
   * @throws PoolError
   */
  predict(rows: number): void;
}

/** The limits of a batcher, in milliseconds and rows. */
export interface BatcherOptions {
  /** A batch that takes longer is tried elsewhere, until the last of its rows' deadlines. */
  readonly firstTryMs: number;
  /** Rows over their time are looked for in such intervals. */
  readonly sweepMs: number;
  /** The share of a row's time within which the rows before it must be done for it to be taken in. */
  readonly waitingShare: number;
  /** See the policy. */
  readonly singlesPerBulk: number;
  /** Rows of requests with many that may wait. */
  readonly maxBulkRows: number;
  /** Predicts rows that come while nothing else is under way, where they are few; left out, all go to the workers. */
  readonly inPlace?: InPlaceEngine | undefined;
  /** Told what happens to batches. */
  readonly meter?: BatchMeter | undefined;
}
