/**
 * A Piscina pool that serves one model version: all of its workers hold that model and no other.
 * Callers own slots: they acquire one, fill its features, run it, read its minutes and release it. A slot whose batch
 * failed is no longer the caller's; it comes back when no worker can write into it any more.
 */
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import type { EncoderState } from '../features/encoder-state.js';
import { PoolError, type PoolErrorCode } from './errors.js';
import type { GoldenRow } from './golden.js';
import type { BatchOutcome, BatchTask, WorkerReport, WorkerStart } from './protocol.js';
import { type Slot, Slots } from './slots.js';

/** The model that a pool serves. */
export interface PoolModel {
  /** The bytes of `model.onnx`. */
  readonly onnx: Uint8Array;
  readonly features: EncoderState;
  readonly golden: readonly GoldenRow[];
}

export interface PoolOptions {
  /** Worker threads. */
  readonly workers: number;
  /** Rows of the largest batch. */
  readonly maxRows: number;
  /** Batches a worker may hold: with a second one in hand it never waits for the hop between threads. */
  readonly batchesInHand: number;
  /** Slots beyond those in the workers' hands: for what is being filled or waits to be handed over. */
  readonly spareSlots: number;
  /** A batch that takes longer has failed, and its worker ends when it is back from it. */
  readonly batchTimeoutMs: number;
  /** Another worker file, for tests of workers that die or stall. */
  readonly workerFile?: URL;
}

interface Batch {
  readonly slot: Slot;
  readonly ticket: number;
  readonly deadlineMs: number;
  readonly resolve: () => void;
  readonly reject: (error: PoolError) => void;
}

/** After so many workers that did not take up the model, in the whole life of the pool, it is given up. */
const REFUSALS_ALLOWED = 2;
/** A worker that has not said whether it takes up the model by then has not. */
const START_TIMEOUT_MS = 60_000;
/** Workers in native calls are waited for so long before they are terminated, which may then abort the process. */
const END_TIMEOUT_MS = 10_000;
/** Batches over their time are looked for this many times in a batch's time-out. */
const CHECKS_PER_TIMEOUT = 4;

const WORKER_FILE = new URL('./worker.js', import.meta.url);

export class PredictionPool {
  /** Batches that the workers can have in their hands at once. */
  readonly capacity: number;
  readonly maxRows: number;
  /** Features of a row. */
  readonly columns: number;
  readonly #options: PoolOptions;
  readonly #slots: Slots;
  readonly #piscina: Piscina<BatchTask, BatchOutcome>;
  readonly #threads = new Map<number, Worker>();
  readonly #running = new Set<Batch>();
  readonly #watch: NodeJS.Timeout;
  /** Ids of the threads that have taken up the model. */
  readonly #ready = new Set<number>();
  #refusals = 0;
  /** Why the pool takes no more batches. */
  #ended: PoolError | undefined;
  #onOpen: (() => void) | undefined;
  #onEnd: ((error: PoolError) => void) | undefined;
  #onIdle: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(model: PoolModel, options: PoolOptions) {
    const { workers, maxRows, batchesInHand, spareSlots, batchTimeoutMs } = options;
    this.#options = options;
    this.capacity = workers * batchesInHand;
    this.maxRows = maxRows;
    this.columns = model.features.features.length;
    const layout = { slots: this.capacity + spareSlots, maxRows, columns: this.columns };
    this.#slots = new Slots(layout);
    const start: WorkerStart = {
      onnx: shared(model.onnx),
      features: model.features,
      golden: model.golden,
      layout,
      memory: this.#slots.memory.buffer,
    };
    this.#piscina = new Piscina({
      filename: fileURLToPath(options.workerFile ?? WORKER_FILE),
      workerData: start,
      minThreads: workers,
      maxThreads: workers,
      concurrentTasksPerWorker: batchesInHand,
      // Batches beyond what the workers hold wait in the server, except while a dead worker is being replaced.
      maxQueue: layout.slots,
      recordTiming: false,
    });
    this.#piscina.on('workerCreate', ({ id }: { id: number }) => this.#follow(id));
    this.#piscina.on('message', (report: WorkerReport) => this.#heard(report));
    // Of a worker that threw while it had no batch: it did not come as far as its initialisation.
    this.#piscina.on('error', (error: unknown) => this.#refused(messageOf(error)));
    this.#watch = setInterval(() => this.#endOverdue(), Math.max(1, batchTimeoutMs / CHECKS_PER_TIMEOUT));
    this.#watch.unref();
  }

  /**
   * A pool whose workers have all taken up the model and passed its golden rows.
   * @throws PoolError `model_refused` with the reason of a worker.
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

  /** Gives back a slot that has not been run, or whose run has resolved. */
  release(slot: Slot): void {
    this.#slots.release(slot);
  }

  /**
   * Predicts the first `rows` rows of the slot; its minutes are there when the promise resolves.
   * @throws PoolError (by rejection); the slot is then no longer the caller's.
   */
  run(slot: Slot, rows: number): Promise<void> {
    if (this.#ended !== undefined) {
      this.#slots.release(slot);
      return Promise.reject(this.#ended);
    }
    const ticket = this.#slots.offer(slot);
    const deadlineMs = performance.now() + this.#options.batchTimeoutMs;
    return new Promise((resolve, reject) => {
      const batch = { slot, ticket, deadlineMs, resolve, reject };
      this.#running.add(batch);
      this.#piscina.run({ slot: slot.index, ticket, rows }).then(
        (outcome) => (outcome === null ? this.#succeed(batch) : this.#fail(batch, 'batch_failed', outcome)),
        (error: unknown) => this.#fail(batch, 'worker_lost', messageOf(error)),
      );
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

  #succeed(batch: Batch): void {
    if (this.#settled(batch)) batch.resolve();
  }

  /** A worker whose batch failed ends itself when it is back from it; Piscina starts one that is checked anew. */
  #fail(batch: Batch, code: PoolErrorCode, reason: string): void {
    if (!this.#settled(batch)) return;
    this.#slots.withdraw(batch.slot, batch.ticket, (threadId) => this.#isAlive(threadId));
    batch.reject(new PoolError(code, reason));
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
      this.#fail(batch, 'batch_timeout', `The batch took longer than ${this.#options.batchTimeoutMs} ms.`);
    }
  }

  #isAlive(threadId: number): boolean {
    // Piscina may give a replacement batches, and it may claim one, before Piscina tells of it.
    this.#follow(threadId);
    return this.#threads.has(threadId);
  }

  /** Watches for the exit of a thread that Piscina has started: only then are the slots it had safe. */
  #follow(threadId: number): void {
    if (this.#threads.has(threadId)) return;
    const thread = this.#piscina.threads.find((worker) => worker.threadId === threadId);
    if (thread === undefined) return;
    this.#threads.set(threadId, thread);
    thread.once('exit', () => {
      this.#threads.delete(threadId);
      this.#ready.delete(threadId);
      this.#slots.threadExited(threadId);
    });
  }

  #heard(report: WorkerReport): void {
    switch (report.kind) {
      case 'ready':
        this.#ready.add(report.threadId);
        if (this.#ready.size >= this.#options.workers) this.#onOpen?.();
        break;
      case 'refused':
        this.#refused(report.reason);
        break;
      case 'failed':
        for (const batch of this.#running) {
          if (batch.ticket !== report.ticket || batch.slot.index !== report.slot) continue;
          this.#fail(batch, 'batch_failed', report.reason);
        }
    }
  }

  #refused(reason: string): void {
    this.#refusals += 1;
    if (this.#refusals < REFUSALS_ALLOWED) return;
    this.#end('model_refused', `The workers do not take up the model: ${reason}.`);
  }

  #end(code: PoolErrorCode, message: string): void {
    if (this.#ended !== undefined) return;
    this.#ended = new PoolError(code, message);
    this.#replaceNoMore();
    for (const batch of this.#running) this.#fail(batch, code, message);
    this.#onEnd?.(this.#ended);
  }

  /** Else Piscina starts a worker for each that exits while the pool ends, and that is then terminated at its start. */
  #replaceNoMore(): void {
    this.#piscina.options.minThreads = 0;
  }

  /** Ends the workers, each when it is in no native call. */
  async #destroy(): Promise<void> {
    clearInterval(this.#watch);
    this.#replaceNoMore();
    const atWork = this.#piscina.threads.filter(
      ({ threadId }) => !this.#ready.has(threadId) || this.#slots.awaitsExitOf(threadId),
    );
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise((resolve) => {
      timer = setTimeout(resolve, END_TIMEOUT_MS);
    });
    await Promise.race([Promise.all(atWork.map(signOfLife)), timeUp]);
    clearTimeout(timer);
    await this.#piscina.destroy();
  }
}

/** The bytes in memory that all workers see, so that each does not get a copy by message. */
function shared(bytes: Uint8Array): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** What a worker reports where it starts or fails, or its exit. */
function signOfLife(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => {
    worker.once('message', resolve);
    worker.once('exit', resolve);
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
