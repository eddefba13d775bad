/**
 * The threads of a pool, started by Piscina, whose only importer this is. Each takes up the model and then has one task,
 * which lasts until the thread exits; one that exits is replaced until they are to leave.
 */
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { LEAVE_TIMEOUT_MS, NICENESS, REFUSALS_ALLOWED } from './limits.js';
import type { WorkerReport, WorkerStart } from './protocol.js';

/** How many threads, and what they run. */
export interface ThreadsOptions {
  readonly workers: number;
  /** Another worker file, for tests of workers that die or stall. */
  readonly workerFile?: URL | undefined;
}

/** What the threads tell their pool. */
export interface ThreadsListener {
  /** As many threads as wanted have taken up the model. */
  opened(): void;
  /** So many did not take up the model that it is given up; none is replaced any more. */
  refused(reason: string): void;
  /** A thread could not predict a batch; it exits. */
  failed(slot: number, ticket: number, reason: string): void;
  /** A thread is gone: it writes nothing any more. */
  exited(threadId: number, reason: string): void;
}

/** What is known of a thread that has not exited. */
interface Known {
  readonly worker: Worker;
  /** Whether it has taken up the model. */
  isReady: boolean;
  /** Whether it has said, or shown, that it does not. */
  hasRefused: boolean;
  /** What it threw, if that ends it. */
  fault: string | undefined;
}

const WORKER_FILE = new URL('./worker.js', import.meta.url);

/** The threads of one pool. */
export class WorkerThreads {
  readonly #options: ThreadsOptions;
  readonly #listener: ThreadsListener;
  readonly #piscina: Piscina<undefined, never>;
  /** By id. */
  readonly #known = new Map<number, Known>();
  /** Ids of the threads that do not come back from a batch; beside each works another. */
  readonly #stalled = new Set<number>();
  /** Tasks that threads have or that wait for one. */
  #tasks = 0;
  #refusals = 0;
  #isReplacing = true;

  constructor(start: WorkerStart, options: ThreadsOptions, listener: ThreadsListener) {
    this.#options = options;
    this.#listener = listener;
    this.#piscina = new Piscina({
      filename: fileURLToPath(options.workerFile ?? WORKER_FILE),
      workerData: start,
      minThreads: options.workers,
      maxThreads: options.workers,
      concurrentTasksPerWorker: 1,
      // Beside each thread there may be another, and for each that refuses the model one task more waits.
      maxQueue: 2 * options.workers + REFUSALS_ALLOWED,
      recordTiming: false,
      niceIncrement: NICENESS,
      // Threads leave by themselves; one that is idle is not terminated.
      idleTimeout: Number.POSITIVE_INFINITY,
    });
    this.#piscina.on('message', (report: WorkerReport) => this.#heard(report));
    // Of a thread that threw while it had no task; it is heard of from the thread itself.
    this.#piscina.on('error', () => undefined);
    this.#refill();
  }

  isAlive(threadId: number): boolean {
    return this.#known.has(threadId);
  }

  /**
   * The thread does not come back from its batch: another is started beside it.
   * @returns false where as many threads as there are to be already have one beside them
   */
  workBeside(threadId: number): boolean {
    if (this.#stalled.has(threadId)) return true;
    if (this.#stalled.size >= this.#options.workers) return false;
    this.#stalled.add(threadId);
    this.#resize();
    this.#refill();
    return true;
  }

  /** Else Piscina starts a thread for each that exits while the pool ends, and that is then terminated at its start. */
  replaceNoMore(): void {
    this.#isReplacing = false;
    this.#piscina.options.minThreads = 0;
  }

  /**
   * Resolves when the threads, which have been dismissed and are not replaced any more, have left: each when it is in no
   * native call. Those that do not leave in time are terminated, which may then abort the process.
   */
  async left(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise((resolve) => {
      timer = setTimeout(resolve, LEAVE_TIMEOUT_MS);
    });
    await Promise.race([Promise.all(this.#piscina.threads.map(exitOf)), timeUp]);
    clearTimeout(timer);
    await this.#piscina.destroy();
  }

  get #wanted(): number {
    return this.#options.workers + this.#stalled.size;
  }

  /** Piscina starts threads up to this number when there is a task that none can take, and when one exits. */
  #resize(): void {
    const { options } = this.#piscina;
    options.maxThreads = this.#wanted;
    if (options.minThreads > 0) options.minThreads = options.maxThreads;
  }

  /** As many tasks as threads are wanted; of a thread that did not take its up, Piscina keeps it and starts no other. */
  #refill(): void {
    if (!this.#isReplacing) return;
    const missing = this.#wanted - Math.min(this.#tasks, this.#piscina.threads.length);
    for (let task = 0; task < missing; task++) {
      this.#tasks += 1;
      this.#piscina.run(undefined).catch(() => {
        this.#tasks -= 1;
        // A turn later, so that a task which Piscina refuses outright would not be asked for again and again in this one.
        setImmediate(() => this.#refill());
      });
    }
    for (const thread of this.#piscina.threads) this.#follow(thread);
  }

  #follow(worker: Worker): void {
    const { threadId } = worker;
    if (this.#known.has(threadId)) return;
    const known: Known = { worker, isReady: false, hasRefused: false, fault: undefined };
    this.#known.set(threadId, known);
    worker.prependOnceListener('error', (error) => {
      known.fault = messageOf(error);
    });
    // Before Piscina hears of it, and starts threads up to the number that is then wanted.
    worker.prependOnceListener('exit', (code) => {
      this.#known.delete(threadId);
      if (this.#stalled.delete(threadId)) this.#resize();
      const reason = known.fault ?? `worker exited with code: ${code}`;
      this.#listener.exited(threadId, reason);
      if (!known.isReady) this.#refused(known, reason);
      // When Piscina has heard of it.
      queueMicrotask(() => this.#refill());
    });
  }

  #heard(report: WorkerReport): void {
    if (report.kind === 'failed') {
      this.#listener.failed(report.slot, report.ticket, report.reason);
      return;
    }
    const known = this.#known.get(report.threadId);
    if (known === undefined) return;
    if (report.kind === 'refused') {
      this.#refused(known, report.reason);
      return;
    }
    known.isReady = true;
    const ready = [...this.#known.values()].filter(({ isReady }) => isReady);
    if (ready.length >= this.#options.workers) this.#listener.opened();
  }

  #refused(known: Known, reason: string): void {
    if (known.hasRefused || !this.#isReplacing) return;
    known.hasRefused = true;
    this.#refusals += 1;
    if (this.#refusals < REFUSALS_ALLOWED) return;
    this.replaceNoMore();
    this.#listener.refused(reason);
  }
}

function exitOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once('exit', resolve));
}

/** What went wrong, in words; of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
