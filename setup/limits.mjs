// @ts-check
/** The limits of set-up, in one place. */

/** Of the output of a program that is kept back, this much of the end is kept. */
export const OUTPUT_CHARS = 64 * 1024;
/** Of that, so many lines are shown when the program failed. */
export const DETAIL_LINES = 12;
/** A program that was asked to end has this long before it is killed. */
export const GRACE_MS = 2_000;
/** What a Python has to say about itself it says within this time. */
export const PROBE_TIMEOUT_MS = 30_000;

/** How often one that waits for another set-up looks whether that has ended. */
export const POLL_MS = 200;
/** How often the time that a step takes is shown, on a terminal and in a log. */
export const TERMINAL_INTERVAL_MS = 1_000;
export const LOG_INTERVAL_MS = 10_000;

/** Test files that run side by side: they wait for other processes much of the time. More where there are more cores. */
export const LEAST_TEST_JOBS = 2;
/** A test file that takes longer has failed, unless it asks for more (`t.comment('timeout=…')`). */
export const TEST_FILE_TIMEOUT_MS = 120_000;
