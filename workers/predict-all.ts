/** Prediction of a whole matrix through a pool: for evaluation, which asks the very workers that will serve. */
import type { PredictionPool } from './pool.js';

/**
 * The minutes of every row.
 * @param features [rows, pool.columns], row by row
 * @returns [rows]
 * @throws PoolError where a batch fails.
 */
export async function predictAll(pool: PredictionPool, features: Float32Array): Promise<Float32Array> {
  const rows = features.length / pool.columns;
  const minutes = new Float32Array(rows);
  let next = 0;

  const feedOneBatchAfterAnother = async (): Promise<void> => {
    while (next < rows) {
      const slot = pool.acquire();
      if (slot === undefined) throw new RangeError('The pool has fewer slots than batches in hand.');
      const start = next;
      const end = Math.min(start + pool.maxRows, rows);
      next = end;
      slot.features.set(features.subarray(start * pool.columns, end * pool.columns));
      try {
        await pool.run(slot, end - start);
        minutes.set(slot.minutes.subarray(0, end - start), start);
      } finally {
        pool.release(slot);
      }
    }
  };
  await Promise.all(Array.from({ length: pool.capacity }, feedOneBatchAfterAnother));
  return minutes;
}
