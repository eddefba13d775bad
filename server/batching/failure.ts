/** What a failed batch means to its rows. */
import { PoolError } from '../../workers/errors.js';
import type { FailureCode } from './reply.js';

/** Why the rows of a batch have no minutes. */
export interface Failure {
  readonly code: FailureCode;
  readonly reason: string;
  /** Whether another worker may do better. */
  readonly mayRetry: boolean;
}

/** @throws the error itself where it is none of the pool: a mistake of ours */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof PoolError)) throw error;
  const { code, message: reason } = error;
  const mayRetry = code === 'worker_lost' || code === 'batch_failed' || code === 'batch_timeout';
  return { code: mayRetry ? 'prediction_failed' : 'model_unavailable', reason, mayRetry };
}
