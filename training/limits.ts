/** The limits of the pipeline, in one place; what a model must reach stands in `params.yaml`. */

/** A batch in which a model is judged: nobody waits for a single answer here, so it may take long. */
export const EVALUATION_BATCH_TIMEOUT_MS = 60_000;
/** What a person needs of a message that repeats the cell at fault, which may be all of a binary file. */
export const MESSAGE_CHARACTERS = 200;
