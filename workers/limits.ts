/** The limits of a pool, in one place. */

/** Rows of the largest batch: beyond it the model gains little per row, and a lone row waits longer. */
export const MAX_BATCH_ROWS = 32;
/** Batches a worker may hold: with a second one in hand it never waits for the hop between threads. */
export const BATCHES_IN_HAND = 2;
