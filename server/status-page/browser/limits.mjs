// @ts-check
/** How often and how long the page asks. */

/** Between an answer and the next question: the server reads its traffic as often. */
export const PAUSE_MS = 1_000;
/** Between two questions while there is no answer, at most; each pause is twice the one before. */
export const LONGEST_PAUSE_MS = 10_000;
/** A server that has not answered by then counts as not reached. */
export const PATIENCE_MS = 5_000;
/** Points further apart are not joined by a line: nothing is known of the time between them. */
export const GAP_MS = 3_500;
