/**
 * Rows of requests that have many. They wait in their own source, not in slots, and are encoded when their turn comes;
 * the requests take turns, a batch each.
 */
import type { BatchMeter } from '../metrics/batches.js';
import type { Batch } from './batch.js';
import type { Reply, RowSource } from './reply.js';

interface Job {
  readonly source: RowSource;
  readonly reply: Reply;
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  /** The first row that has not left. */
  next: number;
}

/** The requests with many rows of which some have not left yet. */
export class BulkQueue {
  readonly #jobs: Job[] = [];
  #rows = 0;

  /** Rows that wait. */
  get rows(): number {
    return this.#rows;
  }

  add(source: RowSource, reply: Reply, arrivedMs: number, deadlineMs: number): void {
    if (source.rows === 0) return;
    this.#jobs.push({ source, reply, arrivedMs, deadlineMs, next: 0 });
    this.#rows += source.rows;
  }

  /** Moves rows of one request, as many as it has or there is room for, into an empty batch. */
  fill(batch: Batch, maxRows: number): void {
    const job = this.#jobs.shift();
    if (job === undefined) return;
    const { source, reply, arrivedMs, deadlineMs } = job;
    const end = Math.min(job.next + maxRows, source.rows);
    for (let row = job.next; row < end; row++) {
      source.encode(row, batch.slot.features, batch.offset);
      batch.add(reply, row, arrivedMs, deadlineMs);
    }
    this.#rows -= end - job.next;
    job.next = end;
    if (end < source.rows) this.#jobs.push(job);
  }

  /** Drops the requests that nobody waits for, and tells those that are over their time. */
  prune(nowMs: number, meter: BatchMeter | undefined): void {
    let kept = 0;
    for (const job of this.#jobs) {
      if (job.reply.wanted && job.deadlineMs > nowMs) {
        this.#jobs[kept] = job;
        kept += 1;
      } else this.#drop(job, meter);
    }
    this.#jobs.length = kept;
  }

  #drop({ source, reply, next }: Job, meter: BatchMeter | undefined): void {
    this.#rows -= source.rows - next;
    meter?.refusals.add(reply.wanted ? 'expired' : 'abandoned', source.rows - next);
    if (!reply.wanted) return;
    for (let row = next; row < source.rows; row++) {
      reply.fail(row, 'prediction_timeout', 'It waited longer than it may.');
    }
  }
}
