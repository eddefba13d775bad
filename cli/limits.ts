/** The limits of this room, in one place. */

/** How often the bar of a long piece of work is drawn, and how wide it is. */
export const PROGRESS_INTERVAL_MS = 100;
/** Characters between its brackets. */
export const PROGRESS_BAR_CELLS = 20;

/** Rows are written so many characters at a time. */
export const WRITE_CHARACTERS = 64 * 1024;
/** Rejected rows that are told where there is no file for them. */
export const REJECTED_TOLD = 10;
/** How much of a value is shown in a reason. */
export const VALUE_SHOWN_CHARACTERS = 60;

/** Versions that are listed unless more are asked for, and how many may be. */
export const VERSIONS_LISTED = 20;
/** What `--limit` may be at most. */
export const VERSIONS_MAX = 1_000_000;

/** How long a server on this machine may take to say that it is one of ours. */
export const LIVE_ANSWER_MS = 2_000;
