/**
 * Gathers requests into batches and hands those to the workers.
 *
 * A row is encoded straight into shared memory and has no promise of its own, only the reply that is called with its
 * answer. A batch leaves as soon as a worker can take it, never on a timer: what arrives in one turn of the event loop
 * goes together, and while all workers are busy batches grow to the cap by themselves.
 */
import type { Encoder } from '../features/encoder.js';
import type { Order } from '../features/order.js';
import { PoolError } from '../workers/errors.js';
import type { Slot } from '../workers/slots.js';

/** The pool, as the batcher uses it. */
export interface BatchEngine {
  readonly capacity: number;
  readonly maxRows: number;
  readonly columns: number;
  acquire(): Slot | undefined;
  release(slot: Slot): void;
  /** Rejects with PoolError; the slot is then no longer the caller's. */
  run(slot: Slot, rows: number): Promise<void>;
}

export type FailureCode = 'overloaded' | 'prediction_failed' | 'prediction_timeout' | 'model_unavailable';

/** Where the answer of one row goes. Each row gets exactly one call. */
export interface Reply {
  deliver(minutes: number): void;
  fail(code: FailureCode, reason: string): void;
}

/** The rows of one request that has many. */
export interface RowSource {
  readonly rows: number;
  /** Writes row `row` into `out[offset .. offset + columns)`; called once for each, in their order, when its turn comes. */
  encode(row: number, out: Float32Array, offset: number): void;
}

/** Where the answers of many rows go. Each row gets exactly one call. */
export interface RowsReply {
  deliver(row: number, minutes: number): void;
  fail(row: number, code: FailureCode, reason: string): void;
}

interface Batch {
  readonly slot: Slot;
  /** By row; undefined once the row has been answered. */
  readonly replies: (Reply | undefined)[];
  /** By row, in milliseconds of `performance.now`. */
  readonly arrivals: number[];
}

export interface BatcherOptions {
  /** A row that has waited longer is answered with `prediction_timeout`. */
  readonly timeoutMs: number;
  /** How many times in that time overdue rows are looked for. */
  readonly checksPerTimeout: number;
}

export class Batcher {
  readonly #engine: BatchEngine;
  readonly #encoder: Encoder;
  readonly #timeoutMs: number;
  readonly #overdueCheck: NodeJS.Timeout;
  /** Batches that are full and wait for a worker, the oldest first. */
  readonly #waiting: Batch[] = [];
  readonly #running = new Set<Batch>();
  #filling: Batch | undefined;
  #handOverScheduled = false;
  #onEmpty: (() => void) | undefined;
  readonly #handOverSoon = (): void => {
    this.#handOverScheduled = false;
    this.#handOver();
  };

  constructor(engine: BatchEngine, encoder: Encoder, { timeoutMs, checksPerTimeout }: BatcherOptions) {
    this.#engine = engine;
    this.#encoder = encoder;
    this.#timeoutMs = timeoutMs;
    this.#overdueCheck = setInterval(() => this.#answerOverdue(), Math.max(1, timeoutMs / checksPerTimeout));
    this.#overdueCheck.unref();
  }

  /** Takes the order in; false when there is no room for it, and `reply` is then not called. */
  submit(order: Order, reply: Reply): boolean {
    return this.#submit((out, offset) => this.#encoder.encode(order, out, offset), reply);
  }

  /** Takes all rows in; each is answered, one for which there is no room with `overloaded`. */
  submitRows(source: RowSource, reply: RowsReply): void {
    for (let row = 0; row < source.rows; row++) {
      const taken = this.#submit((out, offset) => source.encode(row, out, offset), {
        deliver: (minutes) => reply.deliver(row, minutes),
        fail: (code, reason) => reply.fail(row, code, reason),
      });
      if (!taken) reply.fail(row, 'overloaded', 'All room for waiting rows is taken.');
    }
  }

  #submit(encode: (out: Float32Array, offset: number) => void, reply: Reply): boolean {
    const batch = this.#filling ?? this.#startBatch();
    if (batch === undefined) return false;
    const row = batch.replies.length;
    encode(batch.slot.features, row * this.#engine.columns);
    batch.replies.push(reply);
    batch.arrivals.push(performance.now());
    if (row + 1 === this.#engine.maxRows) {
      this.#waiting.push(batch);
      this.#filling = undefined;
    }
    if (!this.#handOverScheduled && this.#running.size < this.#engine.capacity) {
      this.#handOverScheduled = true;
      setImmediate(this.#handOverSoon);
    }
    return true;
  }

  /** Whether a full batch waits for a worker. */
  get hasBacklog(): boolean {
    return this.#waiting.length > 0;
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

  /** Ends the check for overdue rows; rows that are in are still answered. */
  stop(): void {
    clearInterval(this.#overdueCheck);
  }

  #tellIfEmpty(): void {
    if (!this.#hasRows()) this.#onEmpty?.();
  }

  #hasRows(): boolean {
    return this.#running.size > 0 || this.#waiting.length > 0 || this.#filling !== undefined;
  }

  #startBatch(): Batch | undefined {
    const slot = this.#engine.acquire();
    if (slot === undefined) return undefined;
    this.#filling = { slot, replies: [], arrivals: [] };
    return this.#filling;
  }

  #handOver(): void {
    while (this.#running.size < this.#engine.capacity) {
      const batch = this.#waiting.shift() ?? this.#filling;
      if (batch === undefined) return;
      if (batch === this.#filling) this.#filling = undefined;
      this.#run(batch);
    }
  }

  #run(batch: Batch): void {
    this.#running.add(batch);
    this.#engine.run(batch.slot, batch.replies.length).then(
      () => {
        this.#running.delete(batch);
        // The worker is free: the next batch goes before the answers of this one are written.
        this.#handOver();
        for (const [row, reply] of batch.replies.entries()) reply?.deliver(batch.slot.minutes[row] ?? Number.NaN);
        this.#engine.release(batch.slot);
        this.#tellIfEmpty();
      },
      (error: unknown) => {
        this.#running.delete(batch);
        this.#handOver();
        failAll(batch, error);
        this.#tellIfEmpty();
      },
    );
  }

  #answerOverdue(): void {
    const oldest = performance.now() - this.#timeoutMs;
    for (const batch of this.#running) answerOverdueRows(batch, oldest, this.#timeoutMs);
    for (const batch of this.#waiting) answerOverdueRows(batch, oldest, this.#timeoutMs);
    if (this.#filling !== undefined) answerOverdueRows(this.#filling, oldest, this.#timeoutMs);
  }
}

function answerOverdueRows({ arrivals, replies }: Batch, oldest: number, timeoutMs: number): void {
  for (const [row, arrival] of arrivals.entries()) {
    // Rows stand in the order of their arrival.
    if (arrival > oldest) return;
    replies[row]?.fail('prediction_timeout', `It waited ${timeoutMs} ms.`);
    replies[row] = undefined;
  }
}

function failAll(batch: Batch, error: unknown): void {
  const [code, reason] = failureOf(error);
  for (const reply of batch.replies) reply?.fail(code, reason);
}

function failureOf(error: unknown): Parameters<Reply['fail']> {
  if (!(error instanceof PoolError)) throw error;
  if (error.code === 'batch_timeout') return ['prediction_timeout', error.message];
  if (error.code === 'worker_lost' || error.code === 'batch_failed') return ['prediction_failed', error.message];
  return ['model_unavailable', error.message];
}
