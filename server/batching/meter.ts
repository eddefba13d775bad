/** What a batcher tells of its batches. */
export interface BatchMeter {
  /**
   * The rows of a batch have their minutes.
   * @param waitedMs since the first of them came
   * @param servedMs since the batch was handed over
   */
  finished(rows: number, waitedMs: number, servedMs: number): void;
  /** A batch failed, and these of its rows are tried again. */
  retried(rows: number): void;
}

export const UNMETERED: BatchMeter = { finished: () => undefined, retried: () => undefined };
