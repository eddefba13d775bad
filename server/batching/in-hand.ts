/** The batches that workers have. */
import type { BatchMeter } from '../metrics/batches.js';
import type { Batch } from './batch.js';

/** The batches that were handed over and are not back. */
export class InHand {
  readonly #batches = new Set<Batch>();
  /** Those of requests with many rows. */
  bulk = 0;

  get size(): number {
    return this.#batches.size;
  }

  add(batch: Batch): void {
    this.#batches.add(batch);
    if (batch.kind === 'bulk') this.bulk += 1;
  }

  delete(batch: Batch): void {
    this.#batches.delete(batch);
    if (batch.kind === 'bulk') this.bulk -= 1;
  }

  failOverdue(nowMs: number, meter: BatchMeter | undefined): void {
    for (const batch of this.#batches) batch.failOverdue(nowMs, meter);
  }
}
