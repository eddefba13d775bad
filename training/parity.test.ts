import t from 'tap';
import { checkParity } from './parity.js';

interface Row {
  readonly served: number;
  readonly python: number;
  /** The minutes on each side of a threshold near. */
  readonly sides?: readonly number[];
}

function check(rows: readonly Row[]) {
  return checkParity(
    Float32Array.from(rows, ({ served }) => served),
    {
      minutes: Float64Array.from(rows, ({ python }) => python),
      nearThreshold: rows.map(({ sides }) => sides !== undefined),
      alternatives: rows.map(({ sides }) => sides ?? []),
    },
  );
}

/** Rows that agree. */
function clear(count: number): Row[] {
  return Array.from({ length: count }, (_, row) => ({ served: 20 + row / 1024, python: 20 + row / 1024 }));
}

t.test('answers that agree pass, with the largest difference told', async (t) => {
  const rows = [
    { served: 20.5, python: 20.5 },
    { served: 24.25, python: 24.25048828125 },
    { served: 30, python: 29.999755859375 },
  ];
  const told = { rows: 3, rows_near_threshold: 0, rows_on_other_side: 0, largest_difference: 0.00048828125 };
  t.strictSame(check(rows), told);
});

t.test(
  'an answer that differs by two thousandths of a minute fails, and its row is named with both answers',
  async (t) => {
    for (const served of [24.002, 23.998].map(Math.fround)) {
      const message = `Test row 2 is served as ${served} minutes; Python gives 24.`;
      t.throws(() => check([...clear(2), { served, python: 24 }]), {
        code: 'parity_failed',
        message,
      });
    }
  },
);

t.test('an answer that is no number fails, and so does one that Python does not give', async (t) => {
  t.throws(() => check([{ served: Number.NaN, python: 24 }]), { code: 'parity_failed', message: /row 0/ });
  t.throws(() => check([{ served: 24, python: Number.NaN }]), { code: 'parity_failed', message: /row 0/ });
});

t.test('a row near a threshold must have the answer of one of the sides', async (t) => {
  const near = { python: 24, sides: [24, 31] };
  for (const [served, otherSide] of [
    [24, 0],
    [31, 1],
  ] as const) {
    const parity = check([...clear(999), { ...near, served }]);
    const told = { rows: 1_000, rows_near_threshold: 1, rows_on_other_side: otherSide, largest_difference: 0 };
    t.strictSame(parity, told, 'and does not count as different');
  }
  const message = 'Test row 999 is served as 27.5 minutes; Python gives one of 24, 31.';
  t.throws(() => check([...clear(999), { ...near, served: 27.5 }]), { code: 'parity_failed', message });
});

t.test('one row in a thousand may take another side than Python, and a single row of any test set', async (t) => {
  const same = { served: 24, python: 24, sides: [24, 31] };
  const other = { ...same, served: 31 };
  const withOthers = (count: number, all: number) => () => check([...clear(all - count), ...Array(count).fill(other)]);
  t.equal(withOthers(2, 2_000)().rows_on_other_side, 2);
  t.equal(withOthers(1, 20)().rows_on_other_side, 1);
  t.equal(check(Array(20).fill(same)).rows_near_threshold, 20, 'those on the same side are only counted');
  const message = /^3 of 2000 test rows take another side .*; at most 0\.1 % may\.$/;
  t.throws(withOthers(3, 2_000), { code: 'parity_failed', message });
  t.throws(withOthers(2, 20), { code: 'parity_failed', message: /^2 of 20 test rows/ });
});
