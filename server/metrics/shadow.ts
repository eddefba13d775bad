/** How far the shadow is from what callers got, by pair of versions, since each pair is compared anew. */
import type { Comparison, Shadow } from '../shadow/shadow.js';
import type { Distribution, Metrics } from './prometheus.js';

const PAIR = ['live_version', 'shadow_version'] as const;

/** Registers what is told of the shadow's differences. */
export function measureShadow(metrics: Metrics, shadow: Shadow): void {
  /** Of the pair that is compared now; nothing before the first row that could be. */
  const ofPair =
    <Value>(read: (comparison: Comparison) => Value) =>
    () => {
      const { comparison } = shadow;
      if (comparison === undefined) return [];
      const pair = { live_version: comparison.live, shadow_version: comparison.shadow };
      return [[pair, read(comparison)]] as const;
    };

  metrics.histogram({
    name: 'food_eta_shadow_difference_minutes',
    help: 'Absolute difference between the minutes of the shadow and those that callers got.',
    labels: PAIR,
    read: ofPair(distributionOf),
  });
  metrics.counter({
    name: 'food_eta_shadow_rows_shed_total',
    help: 'Rows that were to be compared and were not, since the live version or the shadow had its hands full.',
    labels: PAIR,
    read: ofPair(({ shed }) => shed),
  });
  metrics.counter({
    name: 'food_eta_shadow_rows_failed_total',
    help: 'Rows that the shadow took and did not predict.',
    labels: PAIR,
    read: ofPair(({ failed }) => failed),
  });
}

function distributionOf({ differences }: Comparison): Distribution {
  return {
    buckets: differences.histogram.map(({ up_to_minutes: bound, rows: count }) => ({ bound, count })),
    sum: differences.absoluteSum,
  };
}
