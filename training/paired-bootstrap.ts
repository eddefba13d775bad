/**
 * The paired bootstrap of a difference of mean errors (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
 * chapter 13): what two models differ by on the same orders, and how far that may be due to which orders they were.
 */
import { Random } from '../data/random.js';
import { quantile } from './metrics.js';

/** How the interval is found. */
export interface BootstrapOptions {
  /** How often as many orders as there are are drawn, each with replacement. */
  readonly resamples: number;
  /** The share of the resamples that the interval holds, its ends cutting off half of the rest each: 0.95. */
  readonly confidence: number;
  /** A whole number from 0 to 2^32 - 1; the same gives the same interval on every machine. */
  readonly seed: number;
}

/** In the unit of the errors. */
export interface ErrorDifference {
  /** Mean of the first errors minus mean of the second: above 0, the first are larger. */
  readonly difference: number;
  /** The percentile interval of that difference. */
  readonly low: number;
  readonly high: number;
}

/**
 * Resamples orders, not errors: the two errors of an order stay together, so what makes an order hard for both models
 * cancels out. All three results are NaN where any error is no number, or where there are none.
 * @param first [orders] absolute errors, minutes
 * @param second [orders] those of the other model for the same orders
 * @throws RangeError where the two are not of one length
 */
export function pairedBootstrap(
  first: Float64Array,
  second: Float64Array,
  { resamples, confidence, seed }: BootstrapOptions,
): ErrorDifference {
  if (first.length !== second.length) {
    throw new RangeError(`Errors come in pairs: there are ${first.length} and ${second.length}.`);
  }
  // The mean of differences is the difference of means, in one resampling instead of two.
  const differences = first.map((error, order) => error - (second[order] ?? Number.NaN));
  const orders = differences.length;
  const difference = differences.reduce((sum, value) => sum + value, 0) / orders;
  if (!Number.isFinite(difference)) return { difference: Number.NaN, low: Number.NaN, high: Number.NaN };

  const random = new Random(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let drawn = 0; drawn < orders; drawn++) sum += differences[Math.floor(random.unit() * orders)] ?? Number.NaN;
    means[resample] = sum / orders;
  }
  means.sort();
  const beyond = (1 - confidence) / 2;
  return { difference, low: quantile(means, beyond), high: quantile(means, 1 - beyond) };
}
