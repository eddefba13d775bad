/** Which orders a batcher predicts where they stand, and which go to the workers. */
import t from 'tap';
import { PoolError } from '../../workers/errors.js';
import { LONE_TURNS } from '../limits.js';
import type { InPlaceEngine } from './engine.js';
import { Bench, nextTurn } from './fixtures/batcher-bench.js';

const MOST = 2;
const COLUMNS = 2;

/** Predicts the numbers of orders, as the pool does, and remembers which it was asked for together. */
class NumbersInPlace implements InPlaceEngine {
  readonly maxRows = MOST;
  readonly columns = COLUMNS;
  readonly features = new Float32Array(MOST * COLUMNS);
  readonly minutes = new Float32Array(MOST);
  readonly asked: number[][] = [];
  fails = false;

  predict(rows: number): void {
    if (this.fails) throw new PoolError('batch_failed', 'it failed');
    const orders = Array.from({ length: rows }, (_, row) => this.features[row * COLUMNS] ?? Number.NaN);
    this.asked.push(orders);
    this.minutes.set(orders);
  }
}

/** Orders come one at a time, each in a turn of its own, until the next is taken to be alone too. */
async function comeOneByOne(bench: Bench): Promise<void> {
  for (let order = 0; order < LONE_TURNS; order++) {
    bench.submit();
    await nextTurn();
  }
}

t.test('few orders of a turn are predicted at its end, where they stand; more go to the workers', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, { maxRows: 4 }, { inPlace });
  bench.submit(MOST);
  t.strictSame(inPlace.asked, [], 'not before its end');
  await nextTurn();
  t.strictSame(inPlace.asked, [[0, 1]]);
  t.strictSame(bench.told, [['0'], ['1']]);
  bench.submit(MOST + 1);
  await nextTurn();
  t.strictSame(bench.running, [[2, 3, 4]]);
  t.equal(bench.pool.free, 2, 'the slot of those that stayed is free again');
});

t.test('while the workers have others, orders go to them', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, { capacity: 2, maxRows: 4 }, { inPlace });
  bench.submit(MOST + 1);
  await nextTurn();
  bench.submit();
  await nextTurn();
  t.strictSame(bench.running, [[0, 1, 2], [3]]);
  t.strictSame(inPlace.asked, []);
});

t.test('after some turns of one order each, the next is answered in its own call', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, {}, { inPlace });
  for (let order = 0; order < LONE_TURNS; order++) {
    bench.submit();
    t.strictSame(bench.told[order], [], 'not yet');
    await nextTurn();
    t.strictSame(bench.told[order], [`${order}`]);
  }
  for (let order = LONE_TURNS; order < LONE_TURNS + 3; order++) {
    bench.submit();
    t.strictSame(bench.told[order], [`${order}`]);
    await nextTurn();
  }
});

t.test('of a turn with several orders only the first is, and then none until they come alone again', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, { maxRows: 4 }, { inPlace });
  await comeOneByOne(bench);
  const first = LONE_TURNS;
  bench.submit(MOST + 2);
  t.strictSame(bench.told.slice(first), [[`${first}`], [], [], []]);
  await nextTurn();
  t.strictSame(bench.running, [[first + 1, first + 2, first + 3]]);
  bench.oldest.succeed();
  await nextTurn();
  bench.submit();
  t.strictSame(bench.told.at(-1), [], 'only at the end of its turn');
});

t.test('an order that comes alone while the workers have others is not', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, { capacity: 2, maxRows: 4 }, { inPlace });
  bench.submit(MOST + 1);
  await nextTurn();
  await comeOneByOne(bench);
  bench.submit();
  t.strictSame(bench.told.at(-1), []);
  t.strictSame(inPlace.asked, []);
});

t.test('orders that fail where they stand are tried once more, by the workers', async (t) => {
  const inPlace = new NumbersInPlace();
  const bench = new Bench(t, {}, { inPlace });
  await comeOneByOne(bench);
  inPlace.fails = true;
  bench.submit();
  await nextTurn();
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.told.at(-1), [`${LONE_TURNS}`]);
  bench.submit(MOST);
  await nextTurn();
  bench.oldest.fail('batch_failed');
  await nextTurn();
  t.strictSame(bench.told.slice(-MOST), [['prediction_failed'], ['prediction_failed']]);
  t.equal(bench.pool.free + bench.pool.keptBack, 3);
});
