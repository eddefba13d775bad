/**
 * How soon a process that ended is replaced: at once, unless it had just been started. A process that ends again and
 * again is replaced ever more seldom, so that it leaves the processor to the others.
 */
import { PROCESS_LONGEST_PAUSE_MS, PROCESS_PAUSE_MS, PROCESS_STEADY_MS } from '../limits.js';

/** The pauses of one place for a process. */
export class RestartPolicy {
  /** Processes in a row that ended soon after their start. */
  #failures = 0;

  /**
   * Milliseconds until the next is to be started.
   * @param answeredMs for how long the one that ended had answered
   */
  pauseAfter(answeredMs: number): number {
    this.#failures = answeredMs >= PROCESS_STEADY_MS ? 0 : this.#failures + 1;
    if (this.#failures < 2) return 0;
    return Math.min(PROCESS_LONGEST_PAUSE_MS, PROCESS_PAUSE_MS * 2 ** (this.#failures - 2));
  }
}
