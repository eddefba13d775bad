/**
 * What is observed, sorted into buckets as it comes: plain counters of a fixed number, that the hot path may add to.
 * Prometheus gets them when it asks (`Metrics.histogram`).
 */
import type { Distribution } from './prometheus.js';

/** A histogram with fixed bounds. */
export class Histogram {
  readonly #bounds: Float64Array;
  /** One more than bounds: the last is for what is above all of them. */
  readonly #counts: Float64Array;
  #sum = 0;

  /** @param bounds the largest value of each bucket, ascending */
  constructor(bounds: readonly number[]) {
    this.#bounds = Float64Array.from(bounds);
    this.#counts = new Float64Array(bounds.length + 1);
  }

  observe(value: number, times = 1): void {
    this.#add(this.#bucketOf(value), times);
    this.#sum += value * times;
  }

  /**
   * Observes how long ago each of the first `count` entries was. They ascend, so that the ages descend and each bucket
   * is found from the one before.
   */
  observeAges(nowMs: number, arrivalsMs: ArrayLike<number>, count: number): void {
    if (count === 0) return;
    const bounds = this.#bounds;
    let bucket = this.#bucketOf(nowMs - (arrivalsMs[0] ?? nowMs));
    let inBucket = 0;
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const age = nowMs - (arrivalsMs[index] ?? nowMs);
      sum += age;
      while (bucket > 0 && age <= (bounds[bucket - 1] ?? 0)) {
        this.#add(bucket, inBucket);
        inBucket = 0;
        bucket -= 1;
      }
      inBucket += 1;
    }
    this.#add(bucket, inBucket);
    this.#sum += sum;
  }

  /** @param perUnit by what to divide, to tell in another unit than was observed in: 1,000 for seconds out of milliseconds */
  read(perUnit = 1): Distribution {
    const buckets = [...this.#counts].map((count, index) => {
      const bound = this.#bounds[index];
      return { bound: bound === undefined ? null : bound / perUnit, count };
    });
    return { buckets, sum: this.#sum / perUnit };
  }

  #add(bucket: number, times: number): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + times;
  }

  /** The first bucket whose bound is not below the value; by halves. */
  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (value <= (bounds[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
