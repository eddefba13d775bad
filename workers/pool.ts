/**
 * A pool that serves one model version: all of its workers hold that model and no other.
 * Callers own slots: they acquire one, fill its features, run it, read its minutes and release it. The features of a
 * batch that failed are still whole; its slot comes back when it is released and no worker can write into it any more.
 */
import { Encoder } from '../features/encoder.js';
import type { EncoderState } from '../features/encoder-state.js';
import { BatchQueue } from './batch-queue.js';
import { PoolError, type PoolErrorCode } from './errors.js';
import { encodeGoldenRows, type GoldenRow } from './golden.js';
import { BATCH_CHECKS_PER_TIMEOUT, START_TIMEOUT_MS } from './limits.js';
import { type Slot, Slots } from './slots.js';
import { WorkerThreads } from './threads.js';

/** The model that a pool serves. */
export interface PoolModel {
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
  readonly features: EncoderState;
  readonly golden: readonly GoldenRow[];
}

/** How large a pool is, and how long it waits. */
export interface PoolOptions {
  /** Worker threads. */
  readonly workers: number;
  /** Rows of the largest batch. */
  readonly maxRows: number;
  /** Batches to have on offer for each worker: where a second one waits, it never waits for the hop between threads. */
  readonly batchesInHand: number;
  /** Slots beyond those in the workers' hands: for what is being filled or waits to be handed over. */
  readonly spareSlots: number;
  /** A batch that takes longer has failed, unless it was given another time; its worker ends when it is back from it. */
  readonly batchTimeoutMs: number;
  /** Another worker file, for tests of workers that die or stall. */
  readonly workerFile?: URL;
}

interface Batch {
  readonly slot: Slot;
  readonly ticket: number;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  readonly resolve: () => void;
  readonly reject: (error: PoolError) => void;
}

/**
 * The workers of one model version. A batch is acquired, filled, run and released; how many there are at once is
 * bounded by slots, not by a queue.
 */
export class PredictionPool {
  readonly workers: number;
  /** Batches that the workers can have in their hands at once. */
  readonly capacity: number;
  readonly maxRows: number;
  /** Features of a row. */
  readonly columns: number;
  readonly #batchTimeoutMs: number;
  readonly #slots: Slots;
  readonly #queue = new BatchQueue();
  readonly #threads: WorkerThreads;
  readonly #running = new Set<Batch>();
  readonly #watch: NodeJS.Timeout;
  /** Why the pool takes no more batches. */
  #ended: PoolError | undefined;
  #onOpen: (() => void) | undefined;
  #onEnd: ((error: PoolError) => void) | undefined;
  #onIdle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(model: PoolModel, options: PoolOptions) {
    const { workers, maxRows, batchesInHand, spareSlots, batchTimeoutMs, workerFile } = options;
    this.#batchTimeoutMs = batchTimeoutMs;
    this.workers = workers;
    this.capacity = workers * batchesInHand;
    this.maxRows = maxRows;
    this.columns = model.features.features.length;
    const layout = { slots: this.capacity + spareSlots, maxRows, columns: this.columns };
    this.#slots = new Slots(layout);
    this.#threads = new WorkerThreads(
      {
        onnx: shared(model.onnx),
        golden: encodeGoldenRows(Encoder.fromState(model.features), model.golden),
        layout,
        memory: this.#slots.memory.buffer,
        queue: this.#queue.buffer,
      },
      { workers, workerFile },
      {
        opened: () => this.#onOpen?.(),
        refused: (reason) => this.#end('model_refused', `The workers do not take up the model: ${reason}.`),
        failed: (slot, ticket, reason) => this.#failOf(slot, ticket, reason),
        exited: (threadId, reason) => this.#lost(threadId, reason),
      },
    );
    void this.#queue.watch(() => this.#settleDone());
    this.#watch = setInterval(() => this.#endOverdue(), Math.max(1, batchTimeoutMs / BATCH_CHECKS_PER_TIMEOUT));
    this.#watch.unref();
  }

  /**
   * A pool whose workers have all taken up the model and passed its golden rows.
   * @throws PoolError `model_refused` with the reason of a worker.
   * @throws FeatureError where its features are not those of this program.
   */
  static async open(model: PoolModel, options: PoolOptions): Promise<PredictionPool> {
    const pool = new PredictionPool(model, options);
    const timer = setTimeout(() => pool.#end('model_refused', 'The workers did not start in time.'), START_TIMEOUT_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        pool.#onOpen = resolve;
        pool.#onEnd = reject;
      });
    } catch (error) {
      await pool.#destroy();
      throw error;
    } finally {
      clearTimeout(timer);
      pool.#onEnd = undefined;
    }
    return pool;
  }

  /** Why the pool takes no more batches; undefined while it does. */
  get ended(): PoolError | undefined {
    return this.#ended;
  }

  /** Calls `listener` when the pool ends other than by `close`: its workers no longer take up the model. */
  onEnd(listener: (error: PoolError) => void): void {
    this.#onEnd = listener;
  }

  /** A free slot, now the caller's; undefined if there is none. */
  acquire(): Slot | undefined {
    return this.#slots.acquire();
  }

  /** Gives back a slot that does not run. */
  release(slot: Slot): void {
    this.#slots.release(slot);
  }

  /**
   * Predicts the first `rows` rows of the slot; its minutes are there when the promise resolves.
   * @throws PoolError (by rejection); the slot is the caller's to read and to release then, too.
   */
  run(slot: Slot, rows: number, timeoutMs = this.#batchTimeoutMs): Promise<void> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    const ticket = this.#slots.offer(slot);
    const deadlineMs = performance.now() + timeoutMs;
    return new Promise((resolve, reject) => {
      const batch = { slot, ticket, timeoutMs, deadlineMs, resolve, reject };
      this.#running.add(batch);
      if (!this.#queue.put({ slot: slot.index, ticket, rows })) {
        this.#fail(batch, 'worker_lost', 'So many batches wait for a worker that no more are taken.');
      }
    });
  }

  /** Takes no more batches, waits for those that run, and ends the workers. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#ended ??= new PoolError('pool_closed', 'The pool is closed.');
    if (this.#running.size > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await this.#destroy();
  }

  #settleDone(): void {
    for (const batch of this.#running) {
      if (this.#slots.memory.isDone(batch.slot.index) && this.#settled(batch)) batch.resolve();
    }
  }

  /** A worker whose batch failed ends itself when it is back from it; another is started and checked anew. */
  #fail(batch: Batch, code: PoolErrorCode, reason: string): void {
    if (!this.#settled(batch)) return;
    const threadId = this.#slots.withdraw(batch.slot, batch.ticket, (id) => this.#threads.isAlive(id));
    if (threadId !== undefined && code === 'batch_timeout' && this.#ended === undefined) this.#stalled(threadId);
    batch.reject(new PoolError(code, reason));
  }

  /** A thread that stalls keeps its place, since it may be in a native call; another one works beside it meanwhile. */
  #stalled(threadId: number): void {
    if (this.#threads.workBeside(threadId)) return;
    this.#end('workers_stalled', 'So many workers stall that no more are started beside them.');
  }

  /** Whether this is the first that is heard of the batch's end. */
  #settled(batch: Batch): boolean {
    if (!this.#running.delete(batch)) return false;
    if (this.#running.size === 0) this.#onIdle?.();
    return true;
  }

  #endOverdue(): void {
    const nowMs = performance.now();
    for (const batch of this.#running) {
      if (batch.deadlineMs > nowMs) continue;
      this.#fail(batch, 'batch_timeout', `The batch took longer than ${Math.round(batch.timeoutMs)} ms.`);
    }
  }

  #failOf(slot: number, ticket: number, reason: string): void {
    for (const batch of this.#running) {
      if (batch.ticket === ticket && batch.slot.index === slot) this.#fail(batch, 'batch_failed', reason);
    }
  }

  /** What the thread had begun is lost with it; what it had not waits for another. */
  #lost(threadId: number, reason: string): void {
    this.#slots.threadExited(threadId);
    for (const batch of this.#running) {
      if (this.#slots.memory.claimant(batch.slot.index) === threadId) this.#fail(batch, 'worker_lost', reason);
    }
  }

  #end(code: PoolErrorCode, message: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = new PoolError(code, message);
    this.#threads.replaceNoMore();
    for (const batch of this.#running) this.#fail(batch, code, message);
    this.#onEnd?.(this.#ended);
  }

  async #destroy(): Promise<void> {
    clearInterval(this.#watch);
    this.#threads.replaceNoMore();
    this.#queue.dismiss();
    await this.#threads.left();
  }
}

/** The bytes in memory that all workers see, so that each does not get a copy by message. */
function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}
