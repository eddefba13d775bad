import fc from 'fast-check';
import t from 'tap';
import { DIFFERENCE_BOUNDS_MINUTES } from '../limits.js';
import { Differences } from './differences.js';

t.test('without rows there is no mean', async (t) => {
  const { rows, mean, meanAbsolute, largest } = new Differences();
  t.strictSame({ rows, mean, meanAbsolute, largest }, { rows: 0, mean: null, meanAbsolute: null, largest: null });
});

t.test('it tells what the list of all differences would tell', async (t) => {
  const minutes = fc.oneof(
    fc.double({ min: -60, max: 60, noNaN: true }),
    fc.constantFrom(...DIFFERENCE_BOUNDS_MINUTES),
  );
  const property = fc.property(fc.array(minutes, { minLength: 1, maxLength: 50 }), (all) => {
    const told = new Differences();
    for (const one of all) told.add(one);
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    t.equal(told.rows, all.length);
    t.ok(Math.abs((told.mean ?? Number.NaN) - sum(all) / all.length) < 1e-9);
    t.ok(Math.abs(told.absoluteSum - sum(all.map(Math.abs))) < 1e-9);
    t.ok(Math.abs((told.meanAbsolute ?? Number.NaN) - sum(all.map(Math.abs)) / all.length) < 1e-9);
    t.equal(Math.abs(told.largest ?? Number.NaN), Math.max(...all.map(Math.abs)));
    let before = -1;
    for (const { up_to_minutes, rows } of told.histogram) {
      const bound = up_to_minutes ?? Number.POSITIVE_INFINITY;
      t.equal(rows, all.filter((one) => Math.abs(one) > before && Math.abs(one) <= bound).length);
      before = bound;
    }
    t.equal(before, Number.POSITIVE_INFINITY);
  });
  fc.assert(property, { seed: 11, numRuns: 50 });
});
