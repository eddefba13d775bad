/** Latencies in microseconds, to three significant digits, in a histogram that takes the same memory for any number. */
import { build } from 'hdr-histogram-js';
import type { Latencies } from './load-result.js';

const LONGEST_US = 3_600_000_000;

/** A point of a latency curve. */
export interface Latency {
  /** The share of the answers that were as quick or quicker, 0 to 1. */
  readonly quantile: number;
  readonly us: number;
}

/** Shares of the answers for which curves are drawn. */
const CURVE = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 0.9995, 0.9999, 1];

/**
 * Takes latencies in milliseconds and tells them in microseconds. Below 1 us counts as 1 us, over an hour as an hour.
 */
export class LatencyHistogram {
  readonly #histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LONGEST_US,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });

  record(latencyMs: number): void {
    this.#histogram.recordValue(Math.min(LONGEST_US, Math.max(1, Math.round(latencyMs * 1_000))));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** All 0 of none. */
  latencies(): Latencies {
    return {
      mean: this.#histogram.mean,
      p50: this.#at(0.5),
      p90: this.#at(0.9),
      p99: this.#at(0.99),
      p999: this.#at(0.999),
      max: this.#histogram.maxValue,
    };
  }

  /** From the quickest to the slowest, closer together towards the slowest. */
  curve(): Latency[] {
    return CURVE.map((quantile) => ({ quantile, us: this.#at(quantile) }));
  }

  /** The end of the histogram's step that the quantile lies in, which may be beyond what was seen. */
  #at(quantile: number): number {
    return Math.min(this.#histogram.maxValue, this.#histogram.getValueAtPercentile(quantile * 100));
  }
}
