/** Time and chance, as the client knows them; a test may hold both. */

/** Time and chance of one client. */
export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /**
   * Calls `run` once, after so many milliseconds.
   * @returns takes it back
   */
  after(milliseconds: number, run: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

/** Those of Node. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};
