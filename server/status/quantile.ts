/** Quantiles of what was counted by buckets. */
import type { Distribution } from '../metrics/prometheus.js';

/** By bound, ascending; the last has none. Each counts what is above the bound before. */
export type Buckets = Distribution['buckets'];

/** All that was counted. */
export function countOf(buckets: Buckets): number {
  return buckets.reduce((sum, { count }) => sum + count, 0);
}

/**
 * The quantile, as if what is in a bucket lay evenly between its bounds: `histogram_quantile` of Prometheus. What is
 * above all bounds counts as the last of them.
 * @param share from 0 to 1
 * @returns undefined where nothing was counted
 */
export function quantile(buckets: Buckets, share: number): number | undefined {
  const total = countOf(buckets);
  if (total === 0) return undefined;
  const rank = share * total;
  let below = 0;
  let lower = 0;
  for (const { bound, count } of buckets) {
    if (bound === null) break;
    if (count > 0 && below + count >= rank) return lower + (bound - lower) * ((rank - below) / count);
    below += count;
    lower = bound;
  }
  return lower;
}

/**
 * The bound that at least the share is not above; for whole numbers, of which the buckets of one value are exact.
 * @returns undefined where nothing was counted
 */
export function boundOf(buckets: Buckets, share: number): number | undefined {
  const total = countOf(buckets);
  if (total === 0) return undefined;
  let reached = 0;
  let last = 0;
  for (const { bound, count } of buckets) {
    if (bound === null) break;
    reached += count;
    last = bound;
    if (reached >= share * total) break;
  }
  return last;
}
