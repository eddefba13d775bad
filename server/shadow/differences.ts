/** How far the shadow's minutes are from those that callers got: sums and a histogram, of fixed size. */
import { DIFFERENCE_BOUNDS_MINUTES } from '../limits.js';

/** The differences of one pair of versions. Nothing is kept of a single row. */
export class Differences {
  #rows = 0;
  #sum = 0;
  #absoluteSum = 0;
  #largest = 0;
  /** By bound, and one more for what is beyond the last. */
  readonly #counts = new Array<number>(DIFFERENCE_BOUNDS_MINUTES.length + 1).fill(0);

  /** @param minutes the shadow's less the caller's */
  add(minutes: number): void {
    const absolute = Math.abs(minutes);
    this.#rows += 1;
    this.#sum += minutes;
    this.#absoluteSum += absolute;
    if (absolute > Math.abs(this.#largest)) this.#largest = minutes;
    const index = DIFFERENCE_BOUNDS_MINUTES.findIndex((bound) => absolute <= bound);
    const bucket = index === -1 ? DIFFERENCE_BOUNDS_MINUTES.length : index;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Of the absolute differences, minutes. */
  get absoluteSum(): number {
    return this.#absoluteSum;
  }

  /** Minutes; null where there are no rows. */
  get mean(): number | null {
    return this.#rows === 0 ? null : this.#sum / this.#rows;
  }

  /** Minutes; null where there are no rows. */
  get meanAbsolute(): number | null {
    return this.#rows === 0 ? null : this.#absoluteSum / this.#rows;
  }

  /** The one furthest from 0, minutes; null where there are no rows. */
  get largest(): number | null {
    return this.#rows === 0 ? null : this.#largest;
  }

  /** Rows by absolute difference: each bound with those above the bound before it, the last without a bound. */
  get histogram(): { readonly up_to_minutes: number | null; readonly rows: number }[] {
    return this.#counts.map((rows, index) => ({ up_to_minutes: DIFFERENCE_BOUNDS_MINUTES[index] ?? null, rows }));
  }
}
