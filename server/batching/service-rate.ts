/**
 * How many rows the workers finish, measured while rows wait for them: what finishes at other times says how many rows
 * come, not how many could be done. Older measurements fade.
 */

import { RATE_MEMORY_MS } from '../limits.js';

/** A rate that forgets: what is `RATE_MEMORY_MS` of work old counts about a third. */
export class ServiceRate {
  #rows = 0;
  #milliseconds = 0;

  /** Notes that `rows` took the workers that long, with more waiting all the while. */
  note(rows: number, milliseconds: number): void {
    const fade = Math.exp(-milliseconds / RATE_MEMORY_MS);
    this.#rows = this.#rows * fade + rows;
    this.#milliseconds = this.#milliseconds * fade + milliseconds;
  }

  /** Rows a millisecond; undefined before rows have ever waited. */
  get rowsPerMs(): number | undefined {
    return this.#milliseconds > 0 ? this.#rows / this.#milliseconds : undefined;
  }
}
