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
/** Orders of one batch, and rows of one tensor or data frame. */
export const MAX_BULK_ROWS = 10_000;
/** A batch over this is refused: 1,024 bytes an order. */
export const MAX_BULK_BYTES = MAX_BULK_ROWS * 1_024;
/** All bodies of many rows that are held at once; beyond it they are refused for now. */
export const MAX_BULK_BYTES_HELD = 64 * 1024 * 1024;
/** What the reading and writing of many rows may take of a turn of the event loop, all requests together. */
export const BULK_TURN_MS = 1;
/** Orders that are read between two looks at the clock. */
export const BULK_PIECE_ROWS = 32;
/** Answers that are written between two looks at the clock. */
export const BULK_WRITTEN_ROWS = 256;
/** An array of orders up to this is parsed as a whole, which is quicker than one by one, and takes about a turn. */
export const BULK_PARSED_AT_ONCE_BYTES = 128 * 1024;
/** Of an array, bytes that are gone through in search of an element's end and count as one order of a piece. */
export const BULK_SCAN_BYTES = 4 * 1024;
/** JSON or CSV of a tensor or a data frame, which is parsed at once; more rows come as binary tensors or as a batch. */
export const MAX_TABLE_BYTES = 256 * 1024;
