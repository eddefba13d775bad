/**
 * When a batch leaves, and of what; the batcher does what is decided here.
 *
 * A batch leaves when a worker can take it, never on a timer. What arrives in one turn of the event loop goes together:
 * a full batch at once; what is left at the end of the turn to a worker that has nothing to do, while the others go on
 * with what they have and the batch grows. So under light load a row goes alone and without delay, and under heavy load
 * batches grow to the cap by themselves (docs/batching.md shows it).
 */

/** What is there when a worker can take a batch. */
export interface Waiting {
  /** Batches that failed once. */
  readonly retries: number;
  /** Batches of single requests that are full. */
  readonly full: number;
  /** Batches that workers have. */
  readonly running: number;
  /** Rows in the batch that is being filled. */
  readonly filling: number;
  /** Whether the turn of the event loop is over, so that no more rows join the batch that is being filled. */
  readonly turnIsOver: boolean;
  /** Whether rows of requests that have many wait. */
  readonly bulk: boolean;
  /** Batches of such rows that workers have. */
  readonly bulkRunning: number;
  /** Batches of single requests that have left since the last one of such rows. */
  readonly sinceBulk: number;
}

/** What the decision depends on besides what waits. */
export interface PolicyOptions {
  readonly workers: number;
  /** Batches that the workers can have in their hands: for a full one, a worker need not have finished the one before. */
  readonly capacity: number;
  /** While both wait, one batch of a request with many rows leaves for this many of single requests. */
  readonly singlesPerBulk: number;
}

/**
 * A batch that failed once, a full one, the one that is being filled, one of a request with many rows, or nothing now.
 */
export type Choice = 'retry' | 'full' | 'filling' | 'bulk' | 'none';

/** What leaves next. */
export function chooseBatch(waiting: Waiting, { workers, capacity, singlesPerBulk }: PolicyOptions): Choice {
  if (waiting.running >= capacity) return 'none';
  if (waiting.retries > 0) return 'retry';
  const partial = waiting.filling > 0 && waiting.turnIsOver && waiting.running < workers;
  const singles = waiting.full > 0 ? 'full' : partial ? 'filling' : 'none';
  // Half of the workers' hands at most, so that a single request never finds all of them full of others' rows.
  const bulk = waiting.bulk && waiting.bulkRunning < Math.max(1, Math.floor(capacity / 2));
  if (singles === 'none') return bulk ? 'bulk' : 'none';
  return bulk && waiting.sinceBulk >= singlesPerBulk ? 'bulk' : singles;
}

/** Rows that may wait for workers that finish so many a millisecond, if they are to be done within `timeoutMs`. */
export function rowsThatMayWait(rowsPerMs: number | undefined, timeoutMs: number, share: number): number {
  return rowsPerMs === undefined ? Number.POSITIVE_INFINITY : rowsPerMs * timeoutMs * share;
}
