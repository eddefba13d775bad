/** The limits of the front end, in one place. */

/** A body over this is refused. An order is about 500 bytes. */
export const MAX_BODY_BYTES = 16 * 1024;
/** Batches that may be filled or wait beyond those in the workers' hands; more rows than fit are refused. */
export const SPARE_SLOTS = 64;
/** Seconds after which a refused caller is asked to try again. */
export const RETRY_AFTER_SECONDS = 1;
/** Waiting rows are looked through for overdue ones this many times in a request's time-out. */
export const CHECKS_PER_TIMEOUT = 20;
/** The share by which the pause between two looks at the alias varies, so that many servers do not ask at once. */
export const POLL_JITTER = 0.2;
/** A registry that takes longer to answer, while nothing is served, is not waited for with the last good version. */
export const START_PATIENCE_MS = 2_000;
/** Switches that `/model-info` tells of. */
export const SWITCHES_REMEMBERED = 20;
/** A webhook's delivery that is older, or that far in the future, is refused: it may be a replay. */
export const WEBHOOK_MAX_AGE_SECONDS = 300;
/** Worker threads of the shadow. */
export const SHADOW_WORKERS = 1;
/** Rows that may be with the shadow at once; more are not compared. */
export const SHADOW_ROWS = 64;
/** Minutes by which the shadow's answers are told apart from those that callers got. */
export const DIFFERENCE_BOUNDS_MINUTES = [0, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20] as const;
/** By which latencies are told apart in the metrics: from a tenth of a millisecond to ten times a request's time-out. */
export const LATENCY_BOUNDS_MS = [
  0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
] as const;
/** Versions that are measured: those that are loaded, and so many in all of those that were. */
export const METERS_KEPT = 16;
/** How often it is looked how late the event loop is. */
export const LAG_SAMPLE_MS = 20;
/** By which lags of the event loop are told apart. */
export const LAG_BOUNDS_MS = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000] as const;
/** By which pauses of the garbage collector are told apart. */
export const GC_BOUNDS_MS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 1_000] as const;
/** A shorter token is refused: it might be guessed. */
export const MIN_TOKEN_CHARS = 24;
/** Tokens that a server knows: each is compared with what is given. */
export const MAX_TOKENS = 100;
/** Headers that are remembered since they were accepted; in a few spellings of each token. */
export const MAX_ACCEPTED_HEADERS = 2 * MAX_TOKENS;
/** How often it is looked whether the file of the tokens has changed. */
export const TOKENS_CHECK_MS = 1_000;
/** Requests that are logged in a second, where some are. */
export const REQUESTS_LOGGED_PER_SECOND = 10;
/** Requests answered with 5xx that are logged in a second beside them. */
export const FAILURES_LOGGED_PER_SECOND = 50;
