/** Batches that fail: what their rows are told, and which are tried again. */
import t from 'tap';
import { Bench, CODES, FAILURES, isTriedAgain, nextTurn, SWEEP_MS } from './fixtures/batcher-bench.js';

for (const code of CODES.filter((one) => !isTriedAgain(one))) {
  t.test(`the orders of a batch that failed by ${code} are told ${FAILURES[code]}, and the next goes`, async (t) => {
    const bench = new Bench(t);
    bench.submit(3);
    await nextTurn();
    bench.oldest.fail(code);
    await nextTurn();
    t.strictSame(bench.told, [[FAILURES[code]], [FAILURES[code]], []]);
    t.strictSame(bench.running, [[2]]);
    bench.oldest.succeed();
    await nextTurn();
    t.strictSame(bench.told[2], ['2']);
    t.equal(bench.pool.keptBack, 1, 'its slot was released');
    t.strictSame([...bench.reasons], [code], 'the reason is that of the pool');
  });
}

for (const code of CODES.filter(isTriedAgain)) {
  t.test(
    `the orders of a batch that failed by ${code} are tried once more, in another slot, before others`,
    async (t) => {
      const bench = new Bench(t);
      bench.submit(3);
      await nextTurn();
      bench.oldest.fail(code);
      await nextTurn();
      t.strictSame(bench.running, [[0, 1]]);
      t.strictSame(bench.told, [[], [], []]);
      bench.oldest.succeed();
      await nextTurn();
      t.strictSame(bench.told, [['0'], ['1'], []]);
      t.strictSame(bench.running, [[2]]);
      t.equal(bench.pool.keptBack, 1);
    },
  );

  t.test(`the orders of a batch that failed by ${code} twice are told so, whole`, async (t) => {
    const bench = new Bench(t);
    bench.submit(3);
    await nextTurn();
    bench.oldest.fail('worker_lost');
    await nextTurn();
    bench.oldest.fail(code);
    await nextTurn();
    t.strictSame(bench.told, [['prediction_failed'], ['prediction_failed'], []]);
    t.strictSame([...bench.reasons], [code]);
    t.strictSame(bench.running, [[2]]);
  });
}

t.test('of a batch that failed only those rows are tried again that somebody waits for in time', async (t) => {
  const bench = new Bench(t, { maxRows: 4 });
  bench.submit(1);
  bench.submit(1, SWEEP_MS);
  bench.submit(2);
  await nextTurn();
  bench.abandoned.add(0);
  bench.clock.pass(SWEEP_MS);
  t.strictSame(bench.told, [[], ['prediction_timeout'], [], []]);
  bench.oldest.fail('worker_lost');
  await nextTurn();
  t.strictSame(bench.running, [[2, 3]]);
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.told, [[], ['prediction_timeout'], ['2'], ['3']]);
});

t.test(
  'an error that is none of the pool is a mistake of ours: it is thrown, and nobody is told a reason',
  async (t) => {
    const bench = new Bench(t);
    const pending = new Promise<void>(() => {});
    t.intercept(bench.pool, 'run', { value: () => pending });
    // Rejected, it would make an unhandled rejection of what is thrown.
    const then = t.capture(pending, 'then');
    bench.submit();
    await nextTurn();
    const [, onRejected] = then()[0]?.args ?? [];
    const mistake = new TypeError('a mistake');
    t.throws(() => onRejected?.(mistake), mistake);
    t.strictSame(bench.told, [[]]);
  },
);
