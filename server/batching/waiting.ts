/** The rows that no worker has yet: single requests in batches, those with many rows in their own source. */
import type { BatchMeter } from '../metrics/batches.js';
import type { Batch } from './batch.js';
import { BulkQueue } from './bulk-queue.js';
import type { InHand } from './in-hand.js';
import { type Choice, chooseBatch, type PolicyOptions } from './policy.js';

/** The rows of one model that wait, and which batch of them leaves next. */
export class Waiting {
  /** Rows of requests with many. */
  readonly bulk = new BulkQueue();
  /** The batch that is being filled with single requests. */
  filling: Batch | undefined;
  readonly #policy: PolicyOptions;
  readonly #maxRows: number;
  readonly #newBatch: () => Batch | undefined;
  /** Full batches of single requests, the oldest first. */
  readonly #full: Batch[] = [];
  readonly #retries: Batch[] = [];
  #sinceBulk = 0;

  /** @param newBatch gives an empty one, or undefined where there is no slot */
  constructor(policy: PolicyOptions, maxRows: number, newBatch: () => Batch | undefined) {
    this.#policy = policy;
    this.#maxRows = maxRows;
    this.#newBatch = newBatch;
  }

  get isEmpty(): boolean {
    return this.filling === undefined && !this.hasBacklog;
  }

  /** Whether rows wait beyond the batch that is being filled. */
  get hasBacklog(): boolean {
    return this.#full.length > 0 || this.#retries.length > 0 || this.bulk.rows > 0;
  }

  /** The batch that was being filled is full. */
  filled(batch: Batch): void {
    this.#full.push(batch);
    this.filling = undefined;
  }

  retry(batch: Batch): void {
    this.#retries.push(batch);
  }

  /** The batch that leaves now; undefined where none does. */
  next(turnIsOver: boolean, inHand: InHand): Batch | undefined {
    return this.#take(
      chooseBatch(
        {
          retries: this.#retries.length,
          full: this.#full.length,
          filling: this.filling?.rows ?? 0,
          running: inHand.size,
          turnIsOver,
          bulk: this.bulk.rows > 0,
          bulkRunning: inHand.bulk,
          sinceBulk: this.#sinceBulk,
        },
        this.#policy,
      ),
    );
  }

  failOverdue(nowMs: number, meter: BatchMeter | undefined): void {
    for (const batch of this.#full) batch.failOverdue(nowMs, meter);
    for (const batch of this.#retries) batch.failOverdue(nowMs, meter);
    this.filling?.failOverdue(nowMs, meter);
    this.bulk.prune(nowMs, meter);
  }

  #take(choice: Choice): Batch | undefined {
    switch (choice) {
      case 'retry':
        return this.#retries.shift();
      case 'full':
        this.#sinceBulk += 1;
        return this.#full.shift();
      case 'filling': {
        const batch = this.filling;
        this.filling = undefined;
        this.#sinceBulk += 1;
        return batch;
      }
      case 'bulk':
        return this.#takeBulk();
      case 'none':
        return undefined;
    }
  }

  #takeBulk(): Batch | undefined {
    const batch = this.#newBatch();
    if (batch === undefined) return undefined;
    batch.kind = 'bulk';
    this.bulk.fill(batch, this.#maxRows);
    this.#sinceBulk = 0;
    return batch;
  }
}
