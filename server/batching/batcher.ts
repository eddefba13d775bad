/**
 * Gathers rows into batches and hands those to the workers; when, and of what, is decided in `policy.ts`.
 *
 * A row is encoded straight into shared memory and has no promise of its own, only the reply that is called with its
 * answer. A batch whose worker dies, stalls or fails is tried once more in another slot. Rows that are over their time,
 * or whose client has gone, are dropped before a worker gets them.
 */
import type { Encoder } from '../../features/encoder.js';
import type { Order } from '../../features/order.js';
import { PoolError } from '../../workers/errors.js';
import type { Slot } from '../../workers/slots.js';
import { RETRY_AFTER_SECONDS } from '../limits.js';
import type { BatchMeter } from '../metrics/batches.js';
import { Batch } from './batch.js';
import { BulkQueue } from './bulk-queue.js';
import { type Choice, chooseBatch, rowsThatMayWait } from './policy.js';
import type { FailureCode, Reply, RowSource } from './reply.js';
import { ServiceRate } from './service-rate.js';

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

export class Batcher {
  readonly #engine: BatchEngine;
  readonly #encoder: Encoder;
  readonly #options: BatcherOptions;
  readonly #meter: BatchMeter | undefined;
  readonly #rate = new ServiceRate();
  readonly #bulk = new BulkQueue();
  /** Full batches of single requests, the oldest first. */
  readonly #full: Batch[] = [];
  readonly #retries: Batch[] = [];
  readonly #running = new Set<Batch>();
  #filling: Batch | undefined;
  #waitingRows = 0;
  #bulkRunning = 0;
  #sinceBulk = 0;
  #turnEndScheduled = false;
  /** When the workers last gave something back while more waited; undefined when nothing did. */
  #busySinceMs: number | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;
  readonly #endTurn = (): void => {
    this.#turnEndScheduled = false;
    this.#handOver(true);
  };

  constructor(engine: BatchEngine, encoder: Encoder, options: BatcherOptions) {
    this.#engine = engine;
    this.#encoder = encoder;
    this.#options = options;
    this.#meter = options.meter;
  }

  /**
   * Whether a row that may take `timeoutMs` would be done in that time, as far as is known; to be asked before work is
   * put into it.
   */
  hasRoom(timeoutMs: number): boolean {
    return this.#waitingRows < rowsThatMayWait(this.#rate.rowsPerMs, timeoutMs, this.#options.waitingShare);
  }

  /**
   * Takes the order in, as row 0 of `reply`; false when there is no room for it, and `reply` is then not called.
   * @param deadlineMs of `performance.now`; over it, the row is answered with `prediction_timeout`
   */
  submit(order: Order, reply: Reply, deadlineMs: number): boolean {
    const batch = this.#filling ?? this.#startFilling();
    if (batch === undefined) return false;
    this.#encoder.encode(order, batch.slot.features, batch.offset);
    batch.add(reply, 0, performance.now(), deadlineMs);
    this.#waitingRows += 1;
    if (batch.rows === this.#engine.maxRows) {
      this.#full.push(batch);
      this.#filling = undefined;
      this.#handOver(false);
    } else this.#scheduleTurnEnd();
    return true;
  }

  /** Takes all rows in, or none; each is answered, if none was taken with `overloaded`. */
  submitRows(source: RowSource, reply: Reply, deadlineMs: number): void {
    if (this.#bulk.rows + source.rows > this.#options.maxBulkRows) {
      this.#meter?.refusals.add('queue_full', source.rows);
      for (let row = 0; row < source.rows; row++) reply.fail(row, 'overloaded', 'All room for waiting rows is taken.');
      return;
    }
    this.#startSweeping();
    this.#bulk.add(source, reply, performance.now(), deadlineMs);
    this.#scheduleTurnEnd();
  }

  /** Whether rows wait for a worker beyond the batch that is being filled. */
  get hasBacklog(): boolean {
    return this.#full.length > 0 || this.#retries.length > 0 || this.#bulk.rows > 0;
  }

  /** Seconds after which the rows that wait now will be done, as far as is known; at least 1. */
  get retryAfterSeconds(): number {
    const { rowsPerMs } = this.#rate;
    const waitMs = rowsPerMs === undefined ? 0 : this.#waitingRows / rowsPerMs;
    return Math.max(RETRY_AFTER_SECONDS, Math.ceil(waitMs / 1_000));
  }

  /** Ends when all rows that are in have been answered; no more are to be submitted. */
  async drain(): Promise<void> {
    if (this.#hasRows()) {
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
    }
    this.stop();
  }

  /** Ends the look for rows over their time; rows that are in are still answered. */
  stop(): void {
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  #hasRows(): boolean {
    return this.#running.size > 0 || this.hasBacklog || this.#filling !== undefined;
  }

  #tellIfEmpty(): void {
    if (!this.#hasRows()) this.#onEmpty?.();
  }

  #startFilling(): Batch | undefined {
    this.#filling = this.#newBatch();
    return this.#filling;
  }

  #newBatch(): Batch | undefined {
    this.#startSweeping();
    const slot = this.#engine.acquire();
    return slot === undefined ? undefined : new Batch(slot, this.#engine.columns);
  }

  #scheduleTurnEnd(): void {
    if (this.#turnEndScheduled || this.#running.size >= this.#engine.capacity) return;
    this.#turnEndScheduled = true;
    setImmediate(this.#endTurn);
  }

  #handOver(turnIsOver: boolean): void {
    let batch = this.#take(this.#choose(turnIsOver));
    while (batch !== undefined) {
      this.#start(batch);
      batch = this.#take(this.#choose(turnIsOver));
    }
    if (this.#filling !== undefined && !turnIsOver) this.#scheduleTurnEnd();
    this.#tellIfEmpty();
  }

  #choose(turnIsOver: boolean): Choice {
    const waiting = {
      retries: this.#retries.length,
      full: this.#full.length,
      running: this.#running.size,
      filling: this.#filling?.rows ?? 0,
      turnIsOver,
      bulk: this.#bulk.rows > 0,
      bulkRunning: this.#bulkRunning,
      sinceBulk: this.#sinceBulk,
    };
    const { workers, capacity } = this.#engine;
    return chooseBatch(waiting, { workers, capacity, singlesPerBulk: this.#options.singlesPerBulk });
  }

  #take(choice: Choice): Batch | undefined {
    switch (choice) {
      case 'retry':
        return this.#retries.shift();
      case 'full':
        return this.#takeSingles(this.#full.shift());
      case 'filling': {
        const batch = this.#filling;
        this.#filling = undefined;
        return this.#takeSingles(batch);
      }
      case 'bulk':
        return this.#takeBulk();
      case 'none':
        return undefined;
    }
  }

  #takeSingles(batch: Batch | undefined): Batch | undefined {
    this.#waitingRows -= batch?.rows ?? 0;
    this.#sinceBulk += 1;
    return batch;
  }

  #takeBulk(): Batch | undefined {
    const batch = this.#newBatch();
    if (batch === undefined) return undefined;
    batch.isBulk = true;
    this.#bulk.fill(batch, this.#engine.maxRows);
    this.#sinceBulk = 0;
    return batch;
  }

  #start(batch: Batch): void {
    const nowMs = performance.now();
    batch.prune(nowMs, this.#meter);
    if (batch.rows === 0) {
      this.#engine.release(batch.slot);
      return;
    }
    batch.startedMs = nowMs;
    this.#meter?.handedOver(batch.arrivals, batch.rows, nowMs);
    const { lone } = this.#options;
    if (lone !== undefined && batch.rows === 1 && this.#running.size === 0 && !this.hasBacklog && !batch.isRetry) {
      this.#finish(batch, lone.run(batch.slot.features, batch.slot.minutes));
      return;
    }
    const timeoutMs = batch.isRetry ? Math.max(1, batch.deadlineMs - nowMs) : this.#options.firstTryMs;
    this.#finish(batch, this.#engine.run(batch.slot, batch.rows, timeoutMs));
  }

  #finish(batch: Batch, done: Promise<void>): void {
    this.#running.add(batch);
    if (batch.isBulk) this.#bulkRunning += 1;
    done.then(
      () => {
        const nowMs = this.#ended(batch);
        // The worker is free: the next batch goes before the answers of this one are written.
        this.#handOver(false);
        batch.deliver();
        this.#meter?.finished(batch.arrivals, batch.rows, batch.startedMs, nowMs);
        this.#engine.release(batch.slot);
        // They may have lacked this slot.
        if (this.#bulk.rows > 0) this.#scheduleTurnEnd();
        this.#tellIfEmpty();
      },
      (error: unknown) => {
        const nowMs = this.#ended(batch);
        this.#meter?.failed(nowMs);
        this.#failed(batch, error);
        this.#engine.release(batch.slot);
        this.#handOver(false);
      },
    );
  }

  /** @returns the time */
  #ended(batch: Batch): number {
    const nowMs = performance.now();
    this.#running.delete(batch);
    if (batch.isBulk) this.#bulkRunning -= 1;
    if (this.#busySinceMs !== undefined) this.#rate.note(batch.rows, nowMs - this.#busySinceMs);
    this.#busySinceMs = this.hasBacklog ? nowMs : undefined;
    return nowMs;
  }

  #failed(batch: Batch, error: unknown): void {
    const [code, reason, mayRetry] = failureOf(error);
    const fresh = mayRetry && !batch.isRetry ? this.#newBatch() : undefined;
    if (fresh === undefined) {
      const rows = batch.fail(code, reason);
      this.#meter?.refusals.add(code === 'model_unavailable' ? 'no_model' : 'worker_failed', rows);
      return;
    }
    fresh.takeOver(batch);
    this.#retries.push(fresh);
  }

  #startSweeping(): void {
    if (this.#sweep !== undefined) return;
    this.#sweep = setInterval(() => this.#sweepOverdue(), this.#options.sweepMs);
    this.#sweep.unref();
  }

  #sweepOverdue(): void {
    if (!this.#hasRows()) {
      this.stop();
      return;
    }
    const nowMs = performance.now();
    for (const batch of this.#running) batch.failOverdue(nowMs, this.#meter);
    for (const batch of this.#full) batch.failOverdue(nowMs, this.#meter);
    for (const batch of this.#retries) batch.failOverdue(nowMs, this.#meter);
    this.#filling?.failOverdue(nowMs, this.#meter);
    this.#bulk.prune(nowMs, this.#meter);
    this.#tellIfEmpty();
  }
}

function failureOf(error: unknown): [code: FailureCode, reason: string, mayRetry: boolean] {
  if (!(error instanceof PoolError)) throw error;
  const { code, message } = error;
  if (code === 'worker_lost' || code === 'batch_failed' || code === 'batch_timeout') {
    return ['prediction_failed', message, true];
  }
  return ['model_unavailable', message, false];
}
