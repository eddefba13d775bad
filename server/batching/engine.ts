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

/** Predicts a row on this thread, for when it would wait for the hop to a worker longer than that takes. */
export interface LoneRowEngine {
  run(features: Float32Array, minutes: Float32Array): Promise<void>;
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
  /** Predicts a row that comes alone; left out, every row goes to the workers. */
  readonly lone?: LoneRowEngine | undefined;
  /** Told what happens to batches. */
  readonly meter?: BatchMeter | undefined;
}
