import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { ManualClock } from '../../workers/fixtures/manual-clock.js';
import { Bench, CODES, FAILURES, nextTurn, SWEEP_MS, TIMEOUT_MS } from './fixtures/batcher-bench.js';

t.test('orders of one turn leave together at its end, without a timer, and each gets its own minutes', async (t) => {
  const bench = new Bench(t, { maxRows: 4 });
  bench.submit(3);
  t.strictSame(bench.running, [], 'not before its end');
  await nextTurn();
  t.strictSame(bench.running, [[0, 1, 2]]);
  t.strictSame(
    bench.oldest.rows,
    [0, 1, 2].map((order) => [order, 7]),
  );
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.told, [['0'], ['1'], ['2']]);
});

t.test('one hand-over is scheduled a turn, and none while the workers have all they take', async (t) => {
  const bench = new Bench(t, { maxRows: 8 });
  const scheduled = t.capture(globalThis, 'setImmediate', setImmediate);
  bench.submit(3);
  t.equal(scheduled().length, 1);
  await nextTurn();
  scheduled();
  bench.submit(3);
  t.equal(scheduled().length, 0);
  for (const batch of [
    [0, 1, 2],
    [3, 4, 5],
  ]) {
    t.strictSame(bench.running, [batch]);
    bench.oldest.succeed();
    await nextTurn();
  }
});

t.test('an order that comes alone leaves alone, at the end of its turn', async (t) => {
  const bench = new Bench(t, { capacity: 3 });
  for (let order = 0; order < 3; order++) {
    bench.submit();
    await nextTurn();
  }
  t.strictSame(bench.running, [[0], [1], [2]]);
});

t.test('while the workers have all they take, batches grow to the cap and others open behind them', async (t) => {
  const bench = new Bench(t, { slots: 4 });
  bench.submit();
  await nextTurn();
  for (let order = 1; order <= 5; order++) {
    bench.submit();
    await nextTurn();
  }
  const batches = [[0], [1, 2], [3, 4], [5]];
  for (const batch of batches) {
    t.strictSame(bench.running, [batch]);
    bench.oldest.succeed();
    await nextTurn();
  }
  t.strictSame(bench.running, []);
  t.strictSame(bench.told.flat(), ['0', '1', '2', '3', '4', '5']);
});

t.test('a batch that leaves when another returns is with the workers before the answers are written', async (t) => {
  const bench = new Bench(t);
  bench.submit();
  await nextTurn();
  bench.submit(2);
  let runningAtAnswer: number[][] | undefined;
  bench.onAnswer = () => {
    runningAtAnswer = bench.running;
  };
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(runningAtAnswer, [[1, 2]]);
});

t.test('an order for which there is no room is not taken in, and its reply never called', async (t) => {
  const bench = new Bench(t, { slots: 2 });
  bench.submit(5);
  await nextTurn();
  t.strictSame(bench.taken, [true, true, true, true, false]);
  bench.oldest.succeed();
  await nextTurn();
  bench.submit();
  t.equal(bench.taken.at(-1), true, 'there is room again');
  for (let batch = 0; batch < 2; batch++) {
    bench.oldest.succeed();
    await nextTurn();
  }
  bench.clock.pass(2 * TIMEOUT_MS);
  t.strictSame(bench.told, [['0'], ['1'], ['2'], ['3'], [], ['5']]);
});

t.test('a row that nobody waits for, or that is over its time, never reaches a worker', async (t) => {
  const bench = new Bench(t, { maxRows: 4, slots: 4 });
  bench.submit(1);
  await nextTurn();
  bench.submit(2);
  bench.submit(1, SWEEP_MS - 1);
  bench.submit(1);
  bench.abandoned.add(1);
  bench.clock.pass(SWEEP_MS - 1);
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.running, [[2, 4]]);
  t.strictSame(bench.told, [['0'], [], [], ['prediction_timeout'], []]);
  bench.abandoned.add(2).add(4).add(5).add(6);
  bench.oldest.succeed();
  bench.submit(2);
  await nextTurn();
  t.strictSame(bench.running, [], 'a batch of which nothing is left does not leave');
  t.equal(bench.pool.free, 4);
});

t.test('a batch that is not full leaves for a worker with nothing to do, a full one for any', async (t) => {
  const bench = new Bench(t, { workers: 1, capacity: 2, slots: 6 });
  bench.submit(1);
  await nextTurn();
  bench.submit(1);
  await nextTurn();
  t.strictSame(bench.running, [[0]]);
  bench.submit(1);
  t.strictSame(bench.running, [[0], [1, 2]], 'at once when it is full');
  bench.submit(1);
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.running, [[1, 2]]);
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.running, [[3]]);
});

t.test('there is room for what the workers were seen to finish in the share of the time', async (t) => {
  const bench = new Bench(t, { slots: 60 });
  t.ok(bench.batcher.hasRoom(1), 'nothing is known yet');
  bench.submit(12);
  await nextTurn();
  // Two rows every 20 ms, while others wait: a tenth of a row a millisecond.
  for (let batch = 0; batch < 4; batch++) {
    bench.clock.pass(20);
    bench.oldest.succeed();
    await nextTurn();
  }
  t.ok(bench.batcher.hasRoom(TIMEOUT_MS));
  t.equal(bench.batcher.retryAfterSeconds, 1);
  bench.submit(48);
  t.equal(bench.batcher.hasRoom(TIMEOUT_MS), false, '50 rows wait, and 500 ms are enough for 50');
  t.ok(bench.batcher.hasRoom(2 * TIMEOUT_MS));
  bench.submit(60);
  t.equal(bench.batcher.retryAfterSeconds, 2);
});

t.test(
  'an order that has waited too long is told so once, wherever it waits; those behind it are answered',
  async (t) => {
    const bench = new Bench(t);
    // A batch that runs, a full one that waits, and one that is being filled.
    bench.submit();
    await nextTurn();
    bench.submit(3);
    bench.clock.pass(SWEEP_MS);
    bench.submit();
    bench.clock.pass(TIMEOUT_MS - 2 * SWEEP_MS);
    t.strictSame(bench.told, [[], [], [], [], []], 'not before its time');
    bench.clock.pass(SWEEP_MS);
    const late = ['prediction_timeout'];
    t.strictSame(bench.told, [late, late, late, late, []]);
    t.strictSame([...bench.reasons], ['It waited longer than it may.']);
    while (bench.pool.running.length > 0) {
      bench.oldest.succeed();
      await nextTurn();
    }
    t.strictSame(bench.told, [late, late, late, late, ['4']]);
    t.equal(bench.pool.free, 3);
  },
);

t.test('an order that was told it is too late is not told when its batch fails', async (t) => {
  const bench = new Bench(t);
  bench.submit(2);
  await nextTurn();
  bench.clock.pass(TIMEOUT_MS);
  bench.oldest.fail('batch_timeout');
  await nextTurn();
  t.strictSame(bench.running, [], 'nor tried again');
  t.strictSame(bench.told, [['prediction_timeout'], ['prediction_timeout']]);
});

t.test('a batcher that is stopped still answers what it has taken in', async (t) => {
  const bench = new Bench(t);
  bench.submit(3);
  bench.batcher.stop();
  bench.clock.pass(2 * TIMEOUT_MS);
  await nextTurn();
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(bench.told, [['0'], ['1'], ['prediction_timeout']]);
});

type Act = (bench: Bench) => void | Promise<void>;

function passTimeout({ clock, told, taken }: Bench): void {
  clock.pass(TIMEOUT_MS);
  for (const [number, answers] of told.entries()) {
    assert.equal(answers.length, taken[number] ? 1 : 0, `order ${number} waits no longer`);
  }
}

const acts: fc.Arbitrary<readonly [name: string, act: Act]> = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map((orders) => [`submit ${orders}`, (bench: Bench) => bench.submit(orders)] as const),
  fc.constant(['next turn', nextTurn] as const),
  fc.nat(2).map((n) => [`succeed ${n}`, (bench: Bench) => bench.pool.running[n]?.succeed()] as const),
  fc
    .tuple(fc.nat(2), fc.constantFrom(...CODES))
    .map(([n, code]) => [`fail ${n} by ${code}`, (bench: Bench) => bench.pool.running[n]?.fail(code)] as const),
  fc.constant(['pass a check', (bench: Bench) => bench.clock.pass(SWEEP_MS)] as const),
  fc.constant(['pass the time-out', passTimeout] as const),
);

t.test('whatever happens, each order that was taken in gets one answer, its own, and no other gets any', async (t) => {
  const shape = fc.record({
    slots: fc.integer({ min: 1, max: 4 }),
    capacity: fc.integer({ min: 1, max: 3 }),
    maxRows: fc.integer({ min: 1, max: 3 }),
  });
  const schedules = fc.array(acts, { minLength: 10, maxLength: 40 });
  const failures = new Set([...Object.values(FAILURES), 'prediction_timeout']);
  const clock = new ManualClock(t);
  const property = fc.asyncProperty(shape, schedules, async (given, schedule) => {
    const bench = new Bench(t, { ...given, workers: given.capacity }, { clock });
    for (const [, act] of schedule) await act(bench);
    await nextTurn();
    while (bench.pool.running.length > 0) {
      bench.oldest.succeed();
      await nextTurn();
    }
    for (const [number, told] of bench.told.entries()) {
      assert.equal(told.length, bench.taken[number] ? 1 : 0, `order ${number} was told ${told}`);
      for (const answer of told) assert.ok(answer === `${number}` || failures.has(answer), answer);
    }
    assert.equal(
      bench.pool.free,
      given.slots - bench.pool.keptBack,
      'slots come back once, but those of failed batches',
    );
    bench.batcher.stop();
  });
  await fc.assert(property, { seed: 20_220_212, numRuns: 100 });
});
