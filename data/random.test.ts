import t from 'tap';
import { Random, Weighted } from './random.js';

t.test('the bits are those of the reference implementation of xoshiro128**', async (t) => {
  const random = Random.fromState(1, 2, 3, 4);
  const bits = Array.from({ length: 10 }, () => random.bits());
  // Printed by the authors' C code from the same state.
  t.same(bits, [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804]);
});

t.test('neighbouring seeds have nothing in common, and every seed has a state', async (t) => {
  const first = new Set([0, 1, 2, 0xffff_fffe, 0xffff_ffff].map((seed) => new Random(seed).bits()));
  t.equal(first.size, 5);
});

t.test('a whole number reaches both its ends and nothing beyond', async (t) => {
  const random = new Random(1);
  const seen = new Set(Array.from({ length: 1000 }, () => random.integer(-2, 2)));
  t.same(
    [...seen].sort((a, b) => a - b),
    [-2, -1, 0, 1, 2],
  );
});

t.test('a value is picked as often as its weight says, and never with weight 0', async (t) => {
  const random = new Random(2);
  const values = new Weighted([
    ['a', 3],
    ['never', 0],
    ['b', 1],
  ] as const);
  const picked = { a: 0, b: 0, never: 0 };
  for (let draw = 0; draw < 10_000; draw++) picked[random.pick(values)]++;
  t.ok(Math.abs(picked.a - 7500) < 200, `a: ${picked.a} of 10000`);
  t.equal(picked.never, 0);
  t.throws(() => random.pick(new Weighted([])), RangeError);
});

t.test('the bell has mean 0, deviation 1 and no more than 3 on either side', async (t) => {
  const random = new Random(3);
  const draws = Array.from({ length: 20_000 }, () => random.bell());
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  t.ok(Math.abs(mean) < 0.03, `mean ${mean}`);
  t.ok(Math.abs(variance - 1) < 0.03, `variance ${variance}`);
  t.ok(draws.every((draw) => Math.abs(draw) <= 3));
});
