/** The limits of the pipeline, in one place; what a model must reach stands in `params.yaml`. */

/** A batch in which a model is judged: nobody waits for a single answer here, so it may take long. */
export const EVALUATION_BATCH_TIMEOUT_MS = 60_000;
/** What a person needs of the last line that Python said. */
export const LAST_LINE_CHARACTERS = 500;

/** In so much of a raw file its header ends: one of some hundred columns is shorter. */
export const HEADER_BYTES = 16 * 1024;
/** Of a raw file, read at once; holds the header whole. */
export const READ_CHUNK_BYTES = 64 * 1024;

/** Far longer than a stage keeps the process from renewing its lock. */
export const PIPELINE_LOCK_STALE_MS = 120_000;
/** How often the holder of the lock shows that it lives. */
export const PIPELINE_LOCK_RENEW_MS = 5_000;

/** Of fewer test orders no interval is worth its name: the resamples of so few are all alike. */
export const COMPARISON_MIN_ORDERS = 30;
/** A reason is kept with two aliases' records, in tags: a sentence or two. */
export const REASON_MAX_CHARACTERS = 500;

/** Bins of a histogram: more are too narrow to be told apart. */
export const HISTOGRAM_BINS_MAX = 60;
/** Squares along an axis, for the same reason. */
export const SQUARES_ALONG_AXIS_MAX = 30;
/** Values of a dimension in a plot; free text may have thousands. */
export const SHOWN_VALUES_MAX = 10;
/** The same where they have an order, as hours have. */
export const SHOWN_ORDERED_VALUES_MAX = 30;
/** The same in a table. */
export const TOLD_VALUES_MAX = 100;

/** A server that does not say by then how its shadow does is none to rely on. */
export const SERVER_TIMEOUT_MS = 10_000;
