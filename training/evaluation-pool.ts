/** The pool that judges a model: as in serving, but for the time-out, since nobody waits for a single answer here. */
import { BATCHES_IN_HAND, TABLE_BATCH_ROWS } from '../workers/limits.js';
import { type PoolModel, PredictionPool } from '../workers/pool.js';
import { EVALUATION_BATCH_TIMEOUT_MS } from './limits.js';

/**
 * Opens a pool for `model`, gives it to `use`, and closes it whatever happens.
 * @throws PoolError `model_refused` where the model does not give its golden rows' minutes.
 */
export async function withEvaluationPool<T>(
  model: PoolModel,
  workers: number,
  use: (pool: PredictionPool) => Promise<T>,
): Promise<T> {
  const pool = await PredictionPool.open(model, {
    workers,
    maxRows: TABLE_BATCH_ROWS,
    batchesInHand: BATCHES_IN_HAND,
    spareSlots: 0,
    batchTimeoutMs: EVALUATION_BATCH_TIMEOUT_MS,
  });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}
