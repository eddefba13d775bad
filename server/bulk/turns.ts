/**
 * Work that is too long for one turn of the event loop, done in pieces between the requests of others. All of it
 * together has one budget a turn, whoever asks, and each job gets a piece in its turn.
 */
import { BULK_TURN_MS } from '../limits.js';

/** Work that is done in pieces. */
export interface Job {
  /** Does a piece that takes far less than a turn's budget; false when there is no more. May not throw. */
  step(): boolean;
}

/** The turns of all jobs of a server. */
export class Turns {
  readonly #jobs: Job[] = [];
  #scheduled = false;
  readonly #turn = (): void => {
    this.#scheduled = false;
    const end = performance.now() + BULK_TURN_MS;
    do {
      const job = this.#jobs.shift();
      if (job === undefined) return;
      if (job.step()) this.#jobs.push(job);
    } while (performance.now() < end);
    this.#schedule();
  };

  add(job: Job): void {
    this.#jobs.push(job);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#jobs.length === 0) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }
}
