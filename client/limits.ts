/** The limits of the client, in one place. What a caller may set is a default here. */

/** The time for one call, all its tries together: what a server gives a request (`REQUEST_TIMEOUT_MS`). */
export const TIMEOUT_MS = 1_000;
/** Tries after the first. */
export const RETRIES = 2;
/** Connections to the server. Each carries one request at a time, since predictions are not to be pipelined. */
export const CONNECTIONS = 32;
/**
 * An idle connection is closed after so long. The server does so after 10 s by a clock that ticks every 4 s, so after
 * 8 s at the least; and undici's own clock may be a second late.
 */
export const KEEP_ALIVE_MS = 6_000;
/** By how much undici may close an idle connection too late (`lib/util/timers.js`). */
export const KEEP_ALIVE_LATE_MS = 1_000;
/** An attempt to connect that takes longer is given up. */
export const CONNECT_MS = 2_000;
/** The pause before a second try where the server named none; doubled with each that follows. */
export const BACKOFF_MS = 20;
/** By what share a pause is longer at most, so that those who were refused together do not come back together. */
export const JITTER_SHARE = 0.5;
/** Orders that are gathered into one request. */
export const GATHER_MAX_ROWS = 128;
/** How long an order waits for the answer to the request before, at most. */
export const GATHER_MAX_WAIT_MS = 5;
/** Orders of one request, as the server takes them. */
export const BATCH_MAX_ROWS = 10_000;
/** The body of one request, as the server takes it. */
export const BATCH_MAX_BYTES = BATCH_MAX_ROWS * 1_024;
/** An answer that is longer is no answer of the server's: a problem for each order of a full batch has half of it. */
export const ANSWER_MAX_BYTES = 64 * 1024 * 1024;
/** Of an answer that is not the server's, so much is shown. */
export const SHOWN_CHARS = 200;
/** Timers know no longer time. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
