/** The limits of the front end, in one place. */

/** A body over this is refused. An order is about 500 bytes. */
export const MAX_BODY_BYTES = 16 * 1024;
/** Seconds after which a refused caller is asked to try again, at least. */
export const RETRY_AFTER_SECONDS = 1;
/** Slots beyond those in the workers' hands: for batches that are being filled, wait, or are tried again. */
export const SPARE_SLOTS = 256;
/**
 * The share of a row's time within which the rows before it must be done, by the rate that was measured, for it to be
 * taken in. The rest is for its own batch, for the way to the caller, and for a rate that is not what it was.
 */
export const WAITING_SHARE = 0.5;
/** Of work while rows wait: after so long, what was measured of the workers' rate counts for about a third (1/e). */
export const RATE_MEMORY_MS = 1_000;
/** The share of the time for a request after which a batch is tried elsewhere; the rest is for that. */
export const FIRST_TRY_SHARE = 0.4;
/** Milliseconds between two looks for rows over their time. */
export const SWEEP_MS = 5;
/** While both wait, a batch of a request with many rows leaves for this many batches of single requests. */
export const SINGLES_PER_BULK = 4;
/** After so many turns of the event loop with one order each, the next one is taken to be alone as well. */
export const LONE_TURNS = 4;
/** Rows of requests with many that may wait at once. */
export const MAX_BULK_ROWS_WAITING = 50_000;
/** So many requests are read whatever the event loop's lag: it takes a few milliseconds to answer them. */
export const REQUESTS_OF_A_LATE_LOOP = 256;
/** Milliseconds between two looks at how far the event loop is behind, while requests are read. */
export const LOOP_PROBE_INTERVAL_MS = 10;
/** The share by which the pause between two looks at the alias varies, so that many servers do not ask at once. */
export const POLL_JITTER = 0.2;
/** A registry that takes longer to answer, while nothing is served, is not waited for with the last good version. */
export const START_PATIENCE_MS = 2_000;
/** Switches that `/model-info` tells of. */
export const SWITCHES_REMEMBERED = 20;
/** Refusals that `/status` tells of. */
export const REFUSALS_REMEMBERED = 20;
/** A webhook's delivery that is older, or that far in the future, is refused: it may be a replay. */
export const WEBHOOK_MAX_AGE_SECONDS = 300;
/** Worker threads of the shadow. */
export const SHADOW_WORKERS = 1;
/** Rows that may be with the shadow at once; more are not compared. */
export const SHADOW_ROWS = 64;
/** A row that the shadow has not predicted by then has failed. */
export const SHADOW_TIMEOUT_MS = 1_000;
/** Minutes by which the shadow's answers are told apart from those that callers got. */
export const DIFFERENCE_BOUNDS_MINUTES = [0, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20] as const;
/** A process of the server that answered as long was no failed start: it is replaced at once when it ends. */
export const PROCESS_STEADY_MS = 10_000;
/** Before the third start in a row of a process that ends soon; doubled with each that follows. */
export const PROCESS_PAUSE_MS = 500;
/** The longest pause between two such starts. */
export const PROCESS_LONGEST_PAUSE_MS = 30_000;
/** A process that takes longer until it can be asked is given up. */
export const PROCESS_START_MS = 30_000;
/** A version that a process does not serve after as many attempts to give it to it. */
export const BRING_UP_ATTEMPTS = 3;
/** A version is refused when as many processes ended while they loaded it: they may have ended for it. */
export const DEATHS_IN_PREPARING = 2;
/** How often the processes are asked for what they have counted: what one that is killed counted since is lost. */
export const METRICS_POLL_MS = 1_000;
/** A process that does not answer as many of these in a row hangs: it is killed, and replaced. */
export const UNANSWERED_POLLS = 30;
/** A scrape waits no longer for a process, and takes what it said last. */
export const METRICS_PATIENCE_MS = 500;
/** Beyond the time that it has to drain, after which a process that has not ended is killed. */
export const DRAIN_GRACE_MS = 2_000;
/** How often the traffic that `/status` tells of is read; with several processes, when they are asked for their counts. */
export const STATUS_SAMPLE_MS = 1_000;
/** Points of it that are kept: five minutes. */
export const STATUS_POINTS = 300;
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
/** How often it is looked whether the file is there that opens the port. */
export const OPEN_FILE_CHECK_MS = 100;
/** Requests that are logged in a second, where some are. */
export const REQUESTS_LOGGED_PER_SECOND = 10;
/** Requests answered with 5xx that are logged in a second beside them. */
export const FAILURES_LOGGED_PER_SECOND = 50;
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
/** An array of unusual orders up to this is parsed as a whole: quicker than one by one, and it takes about a turn. */
export const BULK_PARSED_AT_ONCE_BYTES = 128 * 1024;
/** Of a body with many orders the next part is copied where fewer bytes are left: several times what clients write. */
export const USUAL_ORDER_BYTES = 2 * 1024;
/** Of an array, bytes that are gone through in search of an element's end and count as one order of a piece. */
export const BULK_SCAN_BYTES = 4 * 1024;
/** JSON or CSV of a tensor or a data frame, which is parsed at once; more rows come as binary tensors or as a batch. */
export const MAX_TABLE_BYTES = 256 * 1024;

/** Answers that are kept as they were written, by hundredths of a minute: those of up to 200 minutes. */
export const ANSWERS_KEPT = 20_000;

/** The check of health that an image makes of itself waits this long; Docker's own limit for it is above. */
export const HEALTH_CHECK_TIMEOUT_MS = 2_000;
