import fc from 'fast-check';
import t from 'tap';
import { Random } from '../data/random.js';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { askPython } from './fixtures/python.js';
import { type ErrorDifference, pairedBootstrap } from './paired-bootstrap.js';

const OPTIONS = { resamples: 500, confidence: 0.95, seed: 42 };
const RUNS = { ...FIXED, numRuns: 100 };

const minutes = fc.nat(3_000).map((hundredths) => hundredths / 100);
const errors = fc.array(minutes, { minLength: 1, maxLength: 60 }).map((list) => Float64Array.from(list));
const pairs = fc
  .array(fc.tuple(minutes, minutes), { minLength: 1, maxLength: 60 })
  .map((list) => [0, 1].map((side) => Float64Array.from(list, (pair) => pair[side] ?? 0)))
  .map(([first = new Float64Array(), second = new Float64Array()]) => ({ first, second }));
const seeds = fc.nat(0xffff_ffff);

function isNear(found: number, expected: number, tolerance = 1e-9): boolean {
  return Math.abs(found - expected) <= tolerance;
}

/** Errors of two models that are wrong about the same orders, the first by `shift` minutes more on average. */
function correlated(seed: number, orders: number, shift: number) {
  const random = new Random(seed);
  const second = Float64Array.from({ length: orders }, () => 10 * random.unit());
  const first = second.map((error) => error + shift + random.bell());
  return { first, second };
}

t.test('the same seed gives the same interval, and another one another', async () => {
  fc.assert(
    fc.property(pairs, seeds, ({ first, second }, seed) => {
      const [one, other] = [0, 1].map(() => pairedBootstrap(first, second, { ...OPTIONS, seed }));
      return one?.low === other?.low && one?.high === other?.high && one?.difference === other?.difference;
    }),
    RUNS,
  );
  const { first, second } = correlated(1, 200, 0);
  const [one, other] = [1, 2].map((seed) => pairedBootstrap(first, second, { ...OPTIONS, seed }));
  t.not(one?.low, other?.low);
});

t.test(
  'the difference is that of the means, it lies within the extremes of the pairs, as its interval does',
  async () => {
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    fc.assert(
      fc.property(pairs, seeds, ({ first, second }, seed) => {
        const { difference, low, high } = pairedBootstrap(first, second, { ...OPTIONS, seed });
        const each = first.map((error, order) => error - (second[order] ?? 0));
        return (
          isNear(difference, mean(first) - mean(second)) &&
          low <= high &&
          low >= Math.min(...each) - 1e-9 &&
          high <= Math.max(...each) + 1e-9
        );
      }),
      RUNS,
    );
  },
);

t.test('a model differs from itself by nothing, for certain', async () => {
  fc.assert(
    fc.property(errors, seeds, (both, seed) => {
      const { difference, low, high } = pairedBootstrap(both, both, { ...OPTIONS, seed });
      return difference === 0 && low === 0 && high === 0;
    }),
    RUNS,
  );
});

t.test('errors that are larger by the same minutes for every order differ by these, for certain', async () => {
  fc.assert(
    fc.property(errors, minutes, seeds, (second, shift, seed) => {
      const first = second.map((error) => error + shift);
      const { difference, low, high } = pairedBootstrap(first, second, { ...OPTIONS, seed });
      return [difference, low, high].every((found) => isNear(found, shift));
    }),
    RUNS,
  );
});

t.test('the two in the other order differ by as much the other way', async () => {
  fc.assert(
    fc.property(pairs, seeds, ({ first, second }, seed) => {
      const there = pairedBootstrap(first, second, { ...OPTIONS, seed });
      const back = pairedBootstrap(second, first, { ...OPTIONS, seed });
      return (
        isNear(back.difference, -there.difference) && isNear(back.low, -there.high) && isNear(back.high, -there.low)
      );
    }),
    RUNS,
  );
});

t.test('more confidence takes a wider interval', async () => {
  fc.assert(
    fc.property(pairs, seeds, ({ first, second }, seed) => {
      const [narrow, wide] = [0.8, 0.99].map((confidence) =>
        pairedBootstrap(first, second, { ...OPTIONS, confidence, seed }),
      );
      return narrow !== undefined && wide !== undefined && wide.low <= narrow.low && wide.high >= narrow.high;
    }),
    RUNS,
  );
});

t.test('the interval is that of scipy.stats.bootstrap', async (t) => {
  const resamples = 50_000;
  const cases = [
    { ...correlated(1, 40, 0), confidence: 0.95 },
    { ...correlated(2, 400, 0.1), confidence: 0.95 },
    { ...correlated(3, 1_000, -0.05), confidence: 0.8 },
    { ...correlated(4, 200, 1), confidence: 0.99 },
  ];
  const judged = await askPython<(ErrorDifference & { standard_error: number })[]>(
    'judge_bootstrap.py',
    cases.map(({ first, second, confidence }) => [[...first], [...second], resamples, confidence]),
  );
  t.equal(judged.length, cases.length);
  for (const [at, { first, second, confidence }] of cases.entries()) {
    const { difference, low, high, standard_error } = judged[at] ?? {
      difference: 0,
      low: 0,
      high: 0,
      standard_error: 0,
    };
    const found = pairedBootstrap(first, second, { resamples, confidence, seed: at });
    t.ok(isNear(found.difference, difference), `case ${at}: the difference`);
    // Two bootstraps with other random numbers: where 0.5 % of 50,000 resamples lie beyond it, an end of the interval
    // varies by 0.022 of the standard error, the difference of two by 0.031.
    t.ok(isNear(found.low, low, 0.1 * standard_error), `case ${at}: low is ${found.low}, of SciPy ${low}`);
    t.ok(isNear(found.high, high, 0.1 * standard_error), `case ${at}: high is ${found.high}, of SciPy ${high}`);
  }
});

t.test('between models that are equally good the interval holds 0 about as often as its confidence says', async (t) => {
  const trials = 400;
  const holds = Array.from({ length: trials }, (_, seed) => {
    const { first, second } = correlated(seed, 100, 0);
    const { low, high } = pairedBootstrap(first, second, { ...OPTIONS, confidence: 0.9, seed });
    return low <= 0 && high >= 0;
  }).filter(Boolean).length;
  // Three standard deviations of a share of 0.9 in 400 trials are 0.045.
  t.ok(isNear(holds / trials, 0.9, 0.045), `${holds} of ${trials}`);
});

t.test('an error that is no number, or no errors at all, give no number', async (t) => {
  const none = { difference: Number.NaN, low: Number.NaN, high: Number.NaN };
  const some = Float64Array.of(1, 2, 3);
  t.strictSame(pairedBootstrap(new Float64Array(), new Float64Array(), OPTIONS), none);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const odd = Float64Array.of(1, value, 3);
    t.strictSame(pairedBootstrap(odd, some, OPTIONS), none);
    t.strictSame(pairedBootstrap(some, odd, OPTIONS), none);
  }
  t.throws(() => pairedBootstrap(some, Float64Array.of(1, 2), OPTIONS), { name: 'RangeError', message: /3 and 2/ });
});
