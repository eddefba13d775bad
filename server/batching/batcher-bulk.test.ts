/** Requests with many rows beside those that have one. */
import t from 'tap';
import { Bench, nextTurn, SWEEP_MS, TIMEOUT_MS } from './fixtures/batcher-bench.js';

/** What a request with many rows, numbered from `first`, is told: by row. */
function manyRows(bench: Bench, first: number, rows: number, timeoutMs = TIMEOUT_MS) {
  const told: string[] = Array.from({ length: rows }, () => '');
  const state = { wanted: true };
  const source = {
    rows,
    encode: (row: number, out: Float32Array, offset: number) => out.set([first + row, 7], offset),
  };
  bench.batcher.submitRows(
    source,
    {
      get wanted() {
        return state.wanted;
      },
      deliver: (row, minutes) => {
        told[row] += `${minutes}`;
      },
      fail: (row, code) => {
        told[row] += code;
      },
    },
    performance.now() + timeoutMs,
  );
  return { told, state };
}

t.test('requests with many rows take turns, and wait for no slots', async (t) => {
  const bench = new Bench(t, { slots: 2 });
  const one = manyRows(bench, 100, 5);
  const other = manyRows(bench, 200, 3);
  const seen: number[][] = [];
  await nextTurn();
  while (bench.pool.running.length > 0) {
    seen.push(...bench.running);
    bench.oldest.succeed();
    await nextTurn();
  }
  t.strictSame(seen, [[100, 101], [200, 201], [102, 103], [202], [104]]);
  t.strictSame(one.told, ['100', '101', '102', '103', '104']);
  t.strictSame(other.told, ['200', '201', '202']);
  t.equal(bench.pool.free, 2);
});

t.test('rows of a request with many give way to single requests, but are not starved by them', async (t) => {
  const bench = new Bench(t, { workers: 1, capacity: 2, slots: 8 });
  manyRows(bench, 100, 20);
  await nextTurn();
  t.strictSame(bench.running, [[100, 101]], 'half of what the workers can have in hand');
  bench.submit(10);
  const seen: number[][] = [];
  for (let batch = 0; batch < 6; batch++) {
    bench.oldest.succeed();
    await nextTurn();
    const last = bench.running.at(-1);
    if (last !== undefined) seen.push(last);
  }
  t.ok(
    seen.some(([first = 0]) => first >= 100),
    'some of its rows leave meanwhile',
  );
  t.ok(seen.filter(([first = 0]) => first < 100).length >= 2 * seen.filter(([first = 0]) => first >= 100).length);
});

t.test('a request with many rows is dropped when its client has gone, and told when it is over its time', async (t) => {
  const bench = new Bench(t);
  const gone = manyRows(bench, 100, 4);
  const late = manyRows(bench, 200, 4, SWEEP_MS);
  await nextTurn();
  t.strictSame(bench.running, [[100, 101]]);
  gone.state.wanted = false;
  bench.clock.pass(SWEEP_MS);
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.running, []);
  t.strictSame(late.told, Array(4).fill('prediction_timeout'));
});

t.test('of more rows than may wait none is taken in', async (t) => {
  const bench = new Bench(t, {}, { maxBulkRows: 5 });
  t.strictSame(manyRows(bench, 100, 6).told, Array(6).fill('overloaded'));
  manyRows(bench, 100, 5);
  t.strictSame(manyRows(bench, 200, 1).told, ['overloaded']);
  await nextTurn();
  t.strictSame(bench.running, [[100, 101]]);
});
