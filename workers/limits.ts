/** The limits of a pool, in one place. */

/** Rows of the largest batch where whole tables are predicted; a server's is set in `params.yaml`. */
export const TABLE_BATCH_ROWS = 32;
/** Batches on offer for each worker: where a second one waits for it, it never waits for the hop between threads. */
export const BATCHES_IN_HAND = 2;

/**
 * By how much the system favours other threads over workers, of 19: where cores are fewer than threads, whoever is to be
 * refused is not to wait for a model.
 */
export const NICENESS = 10;

/** Times that a worker runs every size of batch before it takes up work. */
export const WARM_UP_ROUNDS = 2;
/** What that may take, before a version that waits to be served. */
export const WARM_UP_MS = 500;

/** Rows that are predicted at once where they stand: a call for so many takes little longer than for one. */
export const IN_PLACE_ROWS = 8;
/** Times that rows are predicted to see what that takes. */
export const IN_PLACE_ROUNDS = 101;

/** After so many workers that did not take up the model, in the whole life of the pool, it is given up. */
export const REFUSALS_ALLOWED = 2;
/** A worker that has not said whether it takes up the model by then has not. */
export const START_TIMEOUT_MS = 60_000;
/** Workers that are to leave are waited for so long before they are terminated, which may then abort the process. */
export const LEAVE_TIMEOUT_MS = 10_000;
/** Batches over their time are looked for this many times in a batch's time-out. */
export const BATCH_CHECKS_PER_TIMEOUT = 4;
