/** What may go wrong between a caller and a pool. Plain data crosses the thread; these classes are made on this side. */

/** What went wrong, by which the caller decides whether to try again. */
export type PoolErrorCode =
  /** The model does not load, or does not give its golden rows' minutes. */
  | 'model_refused'
  /** The worker that had the batch died. */
  | 'worker_lost'
  /** The batch took longer than it may. */
  | 'batch_timeout'
  /** The worker could not run the batch. */
  | 'batch_failed'
  /** The workers do not come back from their batches, nor those that were started beside them. */
  | 'workers_stalled'
  /** The pool takes no more batches. */
  | 'pool_closed';

/** A model that cannot be served, or a batch that was not predicted. */
export class PoolError extends Error {
  override readonly name = 'PoolError';
  constructor(
    readonly code: PoolErrorCode,
    message: string,
  ) {
    super(message);
  }
}
