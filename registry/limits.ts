/** The limits of this room, in one place. `limits.test.ts` asserts the relations between them. */

/** Model names and aliases become names of files; MLflow itself allows 256 and 255. */
export const NAME_MAX_CHARACTERS = 128;
/** As MLflow allows. */
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

/** How long a connection to MLflow may take to come about. */
export const MLFLOW_CONNECT_MS = 5_000;
/** How long MLflow may take over a call, from the first byte sent to the last one read. */
export const MLFLOW_CALL_MS = 15_000;
/** How long a file's transfer may stand still, and how long it may take in all. */
export const MLFLOW_STALL_MS = 15_000;
/** Of the transfer of one file, in all. */
export const MLFLOW_TRANSFER_MS = 15 * 60_000;
/** How often a call that may be repeated is tried. */
export const MLFLOW_ATTEMPTS = 4;
/** Mean pause before the second attempt; it doubles with each. */
export const MLFLOW_RETRY_MS = 250;
/** Connections to one tracking server; more calls wait for a free one. */
export const MLFLOW_CONNECTIONS = 8;
/** How many files of a version are on their way at once. */
export const MLFLOW_TRANSFERS = 4;
/** The largest answer to a call, and the largest file, that is read from MLflow. */
export const MLFLOW_ANSWER_MAX_BYTES = 32 * 1024 * 1024;
/** The largest file: 2 GiB. */
export const MLFLOW_FILE_MAX_BYTES = 2 * 1024 * 1024 * 1024;
/** How much of an answer that is not MLflow's is shown. */
export const MLFLOW_EXCERPT_CHARACTERS = 200;

/** MLflow takes so many of each in one batch, and so many of all together. */
export const BATCH_MAX_METRICS = 1_000;
/** Parameters in one batch. */
export const BATCH_MAX_PARAMS = 100;
/** Tags in one batch. */
export const BATCH_MAX_TAGS = 100;
/** Of all three together. */
export const BATCH_MAX_ITEMS = 1_000;
/** What is longer MLflow cuts without a word. */
export const PARAM_VALUE_MAX_CHARACTERS = 6_000;

/** Versions of a model are listed so many at a time, and at most so many times. */
export const SEARCH_PAGE = 500;
/** Pages after which a listing that does not end is given up. */
export const SEARCH_MAX_PAGES = 1_000;
/** How often a version that MLflow is still taking in is looked at, and the pause between. */
export const PENDING_LOOKS = 40;
/** Between two looks. */
export const PENDING_PAUSE_MS = 250;

/** How many versions fetched from MLflow are kept. */
export const CACHED_VERSIONS = 5;
