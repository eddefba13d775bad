import fc from 'fast-check';
import t from 'tap';
import { Histogram } from './histogram.js';

const BOUNDS = [1, 2.5, 5, 10] as const;

/** The counts by bucket, as they are without being clever. */
function counted(values: readonly number[]): number[] {
  const edges = [Number.NEGATIVE_INFINITY, ...BOUNDS, Number.POSITIVE_INFINITY];
  return edges.slice(1).map((bound, index) => values.filter((v) => v > (edges[index] ?? 0) && v <= bound).length);
}

function countsOf(histogram: Histogram): number[] {
  return histogram.read().buckets.map(({ count }) => count);
}

t.test('a value falls into the first bucket whose bound is not below it, the last has no bound', async (t) => {
  const values = [0, 1, 1.001, 2.5, 5, 5.1, 10, 10.1, 1e9];
  const histogram = new Histogram(BOUNDS);
  for (const value of values) histogram.observe(value);
  t.strictSame(countsOf(histogram), [2, 2, 1, 2, 2]);
  t.strictSame(countsOf(histogram), counted(values));
  t.strictSame(
    histogram.read().buckets.map(({ bound }) => bound),
    [...BOUNDS, null],
  );
});

t.test('it tells in another unit than it observed in, and a value many times at once', async (t) => {
  const histogram = new Histogram(BOUNDS);
  histogram.observe(2, 32);
  t.strictSame(histogram.read(1_000), {
    buckets: [
      { bound: 0.001, count: 0 },
      { bound: 0.0025, count: 32 },
      { bound: 0.005, count: 0 },
      { bound: 0.01, count: 0 },
      { bound: null, count: 0 },
    ],
    sum: 0.064,
  });
});

t.test('the ages of what arrived in order are observed as one by one', async () => {
  const arrivals = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { maxLength: 40 });
  fc.assert(
    fc.property(arrivals, fc.double({ min: 20, max: 40, noNaN: true }), fc.nat(40), (times, nowMs, most) => {
      const sorted = Float64Array.from(times).sort();
      const count = Math.min(most, sorted.length);
      const [together, single] = [new Histogram(BOUNDS), new Histogram(BOUNDS)];
      together.observeAges(nowMs, sorted, count);
      for (const time of sorted.subarray(0, count)) single.observe(nowMs - time);
      const sums = [together.read().sum, single.read().sum] as const;
      return `${countsOf(together)}` === `${countsOf(single)}` && Math.abs(sums[0] - sums[1]) < 1e-9;
    }),
    { seed: 20_220_212, numRuns: 500 },
  );
});
