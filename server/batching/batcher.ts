/**
 * Gathers rows into batches and hands those to the workers; when, and of what, is decided in `policy.ts`.
 *
 * A row is encoded straight into shared memory and has no promise of its own, only the reply that is called with its
 * answer. A batch whose worker dies, stalls or fails is tried once more in another slot. Rows that are over their time,
 * or whose client has gone, are dropped before a worker gets them.
 */
import type { Encoder } from '../../features/encoder.js';
import type { Order } from '../../features/order.js';
import type { BatchMeter } from '../metrics/batches.js';
import { Admission } from './admission.js';
import { Batch } from './batch.js';
import type { BatchEngine, BatcherOptions } from './engine.js';
import { failureOf } from './failure.js';
import { InHand } from './in-hand.js';
import { InPlace } from './in-place.js';
import type { Reply, RowSource } from './reply.js';
import { Waiting } from './waiting.js';

/** The batcher of one model version; all of it happens on the thread of the event loop. */
export class Batcher {
  readonly #engine: BatchEngine;
  readonly #encoder: Encoder;
  readonly #options: BatcherOptions;
  readonly #meter: BatchMeter | undefined;
  readonly #admission: Admission;
  readonly #waiting: Waiting;
  readonly #inHand = new InHand();
  readonly #inPlace: InPlace | undefined;
  /** By slot. */
  readonly #batches: Batch[] = [];
  #turnEndScheduled = false;
  #sweep: NodeJS.Timeout | undefined;
  #onEmpty: (() => void) | undefined;
  readonly #endTurn = (): void => {
    this.#turnEndScheduled = false;
    this.#inPlace?.turnEnded();
    if (!this.#waiting.isEmpty) this.#handOver(true);
  };

  constructor(engine: BatchEngine, encoder: Encoder, options: BatcherOptions) {
    this.#engine = engine;
    this.#encoder = encoder;
    this.#options = options;
    this.#meter = options.meter;
    this.#admission = new Admission(options.waitingShare);
    if (options.inPlace !== undefined) this.#inPlace = new InPlace(options.inPlace, encoder, options.meter);
    const { workers, capacity, maxRows } = engine;
    const policy = { workers, capacity, singlesPerBulk: options.singlesPerBulk };
    this.#waiting = new Waiting(policy, maxRows, () => this.#newBatch());
  }

  /**
   * Whether a row that may take `timeoutMs` would be done in that time, as far as is known; to be asked before work is
   * put into it.
   */
  hasRoom(timeoutMs: number): boolean {
    return this.#admission.hasRoom(timeoutMs);
  }

  /**
   * Takes the order in, as row 0 of `reply`, which may be called before this returns; false when there is no room for it,
   * and `reply` is then not called.
   * @param deadlineMs of `performance.now`; over it, the row is answered with `prediction_timeout`
   */
  submit(order: Order, reply: Reply, deadlineMs: number): boolean {
    if (this.#inPlace?.cameAlone() === true && !this.#hasRows()) {
      this.#scheduleTurnEnd();
      this.#admission.idle();
      if (this.#inPlace.answer(order, reply)) return true;
    }
    this.#waiting.filling ??= this.#newBatch();
    const batch = this.#waiting.filling;
    if (batch === undefined) return false;
    this.#encoder.encode(order, batch.slot.features, batch.offset);
    batch.add(reply, 0, performance.now(), deadlineMs);
    this.#admission.waiting += 1;
    if (batch.rows === this.#engine.maxRows) {
      this.#waiting.filled(batch);
      this.#handOver(false);
    } else this.#scheduleTurnEnd();
    return true;
  }

  /** Takes all rows in, or none; each is answered, if none was taken with `overloaded`. */
  submitRows(source: RowSource, reply: Reply, deadlineMs: number): void {
    if (this.#waiting.bulk.rows + source.rows > this.#options.maxBulkRows) {
      this.#meter?.refusals.add('queue_full', source.rows);
      for (let row = 0; row < source.rows; row++) reply.fail(row, 'overloaded', 'All room for waiting rows is taken.');
      return;
    }
    this.#startSweeping();
    this.#waiting.bulk.add(source, reply, performance.now(), deadlineMs);
    this.#scheduleTurnEnd();
  }

  /** Whether rows wait for a worker beyond the batch that is being filled. */
  get hasBacklog(): boolean {
    return this.#waiting.hasBacklog;
  }

  /** Seconds after which the rows that wait now will be done, as far as is known; at least 1. */
  get retryAfterSeconds(): number {
    return this.#admission.retryAfterSeconds;
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
    return this.#inHand.size > 0 || !this.#waiting.isEmpty;
  }

  #tellIfEmpty(): void {
    if (!this.#hasRows()) this.#onEmpty?.();
  }

  #newBatch(): Batch | undefined {
    this.#startSweeping();
    const { columns, maxRows } = this.#engine;
    const slot = this.#engine.acquire();
    if (slot === undefined) return undefined;
    this.#batches[slot.index] ??= new Batch(slot, columns, maxRows);
    return this.#batches[slot.index]?.begin();
  }

  #scheduleTurnEnd(): void {
    if (this.#turnEndScheduled || this.#inHand.size >= this.#engine.capacity) return;
    this.#turnEndScheduled = true;
    setImmediate(this.#endTurn);
  }

  #handOver(turnIsOver: boolean): void {
    let batch = this.#waiting.next(turnIsOver, this.#inHand);
    while (batch !== undefined) {
      if (batch.kind === 'single' && !batch.isRetry) this.#admission.waiting -= batch.rows;
      this.#start(batch);
      batch = this.#waiting.next(turnIsOver, this.#inHand);
    }
    if (this.#waiting.filling !== undefined && !turnIsOver) this.#scheduleTurnEnd();
    this.#tellIfEmpty();
  }

  #start(batch: Batch): void {
    const nowMs = performance.now();
    batch.prune(nowMs, this.#meter);
    if (batch.rows === 0) {
      this.#engine.release(batch.slot);
      return;
    }
    batch.startedMs = nowMs;
    if (this.#inPlace?.takes(batch) === true && this.#inHand.size === 0 && !this.hasBacklog) {
      this.#runInPlace(batch, this.#inPlace);
      return;
    }
    this.#meter?.handedOver(batch.arrivals, batch.rows, nowMs);
    const timeoutMs = batch.isRetry ? Math.max(1, batch.deadlineMs - nowMs) : this.#options.firstTryMs;
    this.#inHand.add(batch);
    this.#engine.run(batch.slot, batch.rows, timeoutMs).then(
      () => {
        const nowMs = this.#ended(batch);
        // The worker is free: the next batch goes before the answers of this one are written.
        this.#handOver(false);
        batch.deliver();
        this.#meter?.finished(batch.arrivals, batch.rows, batch.startedMs, nowMs);
        this.#engine.release(batch.slot);
        // They may have lacked this slot.
        if (this.#waiting.bulk.rows > 0) this.#scheduleTurnEnd();
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

  #runInPlace(batch: Batch, inPlace: InPlace): void {
    this.#admission.idle();
    try {
      inPlace.predict(batch);
    } catch (error) {
      this.#meter?.failedInPlace();
      this.#failed(batch, error);
      this.#engine.release(batch.slot);
      return;
    }
    this.#meter?.predictedInPlace(batch.arrivals, batch.rows, batch.startedMs, performance.now());
    batch.deliver();
    this.#engine.release(batch.slot);
  }

  /** @returns the time */
  #ended(batch: Batch): number {
    const nowMs = performance.now();
    this.#inHand.delete(batch);
    this.#admission.gaveBack(batch.rows, nowMs, this.hasBacklog);
    return nowMs;
  }

  #failed(batch: Batch, error: unknown): void {
    const { code, reason, mayRetry } = failureOf(error);
    const fresh = mayRetry && !batch.isRetry ? this.#newBatch() : undefined;
    if (fresh === undefined) {
      const rows = batch.fail(code, reason);
      this.#meter?.refusals.add(code === 'model_unavailable' ? 'no_model' : 'worker_failed', rows);
      return;
    }
    fresh.takeOver(batch);
    this.#waiting.retry(fresh);
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
    this.#inHand.failOverdue(nowMs, this.#meter);
    this.#waiting.failOverdue(nowMs, this.#meter);
    this.#tellIfEmpty();
  }
}
