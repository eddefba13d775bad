/** The limits of this room, in one place. `limits.test.ts` asserts the relations between them. */

/** Model names and aliases become names of files; MLflow itself allows 256 and 255. */
export const NAME_MAX_CHARACTERS = 128;
export const TAG_KEY_MAX_CHARACTERS = 250;
/** What is longer some stores of MLflow cut without a word, so it is refused here. */
export const TAG_VALUE_MAX_CHARACTERS = 8_000;

/** A lock whose holder has not shown a sign of life for this long belongs to a process that is gone. */
export const LOCK_STALE_MS = 5_000;
/** How often the holder of a lock shows that it lives. */
export const LOCK_HEARTBEAT_MS = 1_000;
/** How long to wait for a lock: longer than a dead holder's lock can last. */
export const LOCK_WAIT_MS = 8_000;
/** Mean pause between two attempts to take a lock. */
export const LOCK_RETRY_MS = 50;

/** What lies in a staging folder for longer than this was left by a killed process: a registration takes seconds. */
export const ABANDONED_AFTER_MS = 24 * 60 * 60 * 1_000;

/** How many names an error message lists before it says how many more there are. */
export const NAMES_IN_MESSAGE = 10;
