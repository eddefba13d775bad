/**
 * The threads of a pool, started by Piscina, whose only importer this is. Each takes up the model before it gets work;
 * one that exits is replaced until they are to leave.
 */
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { LEAVE_TIMEOUT_MS, REFUSALS_ALLOWED } from './limits.js';
import type { BatchOutcome, BatchTask, LeaveTask, WorkerReport, WorkerStart } from './protocol.js';

/** How many threads, and how many tasks wait for them. */
export interface ThreadsOptions {
  readonly workers: number;
  /** Tasks that a thread may hold. */
  readonly tasksInHand: number;
  /** Tasks that may wait for a thread, while a dead one is being replaced. */
  readonly maxQueue: number;
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
  exited(threadId: number): void;
}

type LoadBalancer = NonNullable<NonNullable<ConstructorParameters<typeof Piscina>[0]>['loadBalancer']>;
/** A thread as Piscina offers it for a task. */
type Candidate = Parameters<LoadBalancer>[1][number];

const WORKER_FILE = new URL('./worker.js', import.meta.url);
const LEAVE: LeaveTask = { leave: true };

/** The threads of one pool. */
export class WorkerThreads {
  readonly #options: ThreadsOptions;
  readonly #listener: ThreadsListener;
  readonly #piscina: Piscina<BatchTask | LeaveTask, BatchOutcome>;
  /** By id, those whose exit is watched for. */
  readonly #followed = new Map<number, Worker>();
  /** Ids of the threads that have taken up the model. */
  readonly #ready = new Set<number>();
  /** Ids of the threads that do not come back from a batch; beside each works another. */
  readonly #stalled = new Set<number>();
  #refusals = 0;

  constructor(start: WorkerStart, options: ThreadsOptions, listener: ThreadsListener) {
    this.#options = options;
    this.#listener = listener;
    this.#piscina = new Piscina({
      filename: fileURLToPath(options.workerFile ?? WORKER_FILE),
      workerData: start,
      minThreads: options.workers,
      maxThreads: options.workers,
      concurrentTasksPerWorker: options.tasksInHand,
      maxQueue: options.maxQueue,
      recordTiming: false,
      // Threads leave by themselves; one that is idle is not terminated.
      idleTimeout: Number.POSITIVE_INFINITY,
      loadBalancer: (_task, threads) => this.#leastBusy(threads),
    });
    this.#piscina.on('workerCreate', ({ id }: { id: number }) => this.#follow(id));
    this.#piscina.on('message', (report: WorkerReport) => this.#heard(report));
    // Of a worker that threw while it had no batch: it did not come as far as its initialisation.
    this.#piscina.on('error', (error: unknown) => this.#refused(messageOf(error)));
  }

  /** Rejects when the thread that has the batch exits. */
  run(task: BatchTask): Promise<BatchOutcome> {
    return this.#piscina.run(task);
  }

  isAlive(threadId: number): boolean {
    // Piscina may give a replacement batches, and it may claim one, before Piscina tells of it.
    this.#follow(threadId);
    return this.#followed.has(threadId);
  }

  /**
   * The thread does not come back from its batch: it gets no more work, and another is started beside it when there is.
   * @returns false where as many threads as there are to be already have one beside them
   */
  workBeside(threadId: number): boolean {
    if (this.#stalled.has(threadId)) return true;
    if (this.#stalled.size >= this.#options.workers) return false;
    this.#stalled.add(threadId);
    this.#resize();
    return true;
  }

  /** Else Piscina starts a thread for each that exits while the pool ends, and that is then terminated at its start. */
  replaceNoMore(): void {
    this.#piscina.options.minThreads = 0;
  }

  /**
   * Ends the threads, each when it is in no native call. Those that do not leave in time are terminated, which may then
   * abort the process.
   * @param isAtWork whether a thread still has a batch, which was given up
   */
  async leave(isAtWork: (threadId: number) => boolean): Promise<void> {
    this.replaceNoMore();
    let timer: NodeJS.Timeout | undefined;
    const timeUp = new Promise((resolve) => {
      timer = setTimeout(resolve, LEAVE_TIMEOUT_MS);
    });
    await Promise.race([this.#allLeave(isAtWork), timeUp]);
    clearTimeout(timer);
    await this.#piscina.destroy();
  }

  async #allLeave(isAtWork: (threadId: number) => boolean): Promise<void> {
    const threads = this.#piscina.threads;
    const atWork = threads.filter(({ threadId }) => isAtWork(threadId));
    const starting = threads.filter((thread) => !atWork.includes(thread) && !this.#ready.has(thread.threadId));
    const idle = threads.length - atWork.length - starting.length;
    // Piscina gives a task to the thread that has the fewest, so that each idle one gets one of these. It rejects when
    // the thread exits, which is what is waited for.
    const leaving = Array.from({ length: idle }, () => this.#piscina.run(LEAVE));
    await Promise.allSettled([...leaving, ...atWork.map(exitOf), ...starting.map(reportOf)]);
  }

  /** Piscina starts threads up to this number when there is work that none can take, and when one exits. */
  #resize(): void {
    const { options } = this.#piscina;
    options.maxThreads = this.#options.workers + this.#stalled.size;
    if (options.minThreads > 0) options.minThreads = options.maxThreads;
  }

  /** The thread that has the fewest tasks, of those that can take one more. */
  #leastBusy(threads: readonly Candidate[]): Candidate | null {
    let chosen: Candidate | null = null;
    let least = this.#options.tasksInHand;
    for (const thread of threads) {
      const { currentUsage } = thread;
      if (currentUsage >= least || (this.#stalled.size > 0 && this.#stalled.has(thread.id))) continue;
      least = currentUsage;
      chosen = thread;
    }
    return chosen;
  }

  #follow(threadId: number): void {
    if (this.#followed.has(threadId)) return;
    const thread = this.#piscina.threads.find((worker) => worker.threadId === threadId);
    if (thread === undefined) return;
    this.#followed.set(threadId, thread);
    // Before Piscina hears of it, and starts threads up to the number that is then wanted.
    thread.prependOnceListener('exit', () => {
      this.#followed.delete(threadId);
      this.#ready.delete(threadId);
      if (this.#stalled.delete(threadId)) this.#resize();
      this.#listener.exited(threadId);
    });
  }

  #heard(report: WorkerReport): void {
    switch (report.kind) {
      case 'ready':
        this.#ready.add(report.threadId);
        if (this.#ready.size >= this.#options.workers) this.#listener.opened();
        break;
      case 'refused':
        this.#refused(report.reason);
        break;
      case 'failed':
        this.#listener.failed(report.slot, report.ticket, report.reason);
    }
  }

  #refused(reason: string): void {
    this.#refusals += 1;
    if (this.#refusals < REFUSALS_ALLOWED) return;
    this.replaceNoMore();
    this.#listener.refused(reason);
  }
}

/** A thread that is at work is in a native call, whatever messages of it are still to be read. */
function exitOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve) => worker.once('exit', resolve));
}

/** What a thread that starts says when it is done with that, or its exit. */
function reportOf(worker: Worker): Promise<unknown> {
  return Promise.race([new Promise((resolve) => worker.once('message', resolve)), exitOf(worker)]);
}

/** What went wrong, in words; of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
