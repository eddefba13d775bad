import assert from 'node:assert/strict';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { selectFeatures } from '../features/catalogue.js';
import { Encoder } from '../features/encoder.js';
import type { Order } from '../features/order.js';
import type { PoolErrorCode } from '../workers/errors.js';
import { HandDrivenPool, type Run, type Shape } from '../workers/fixtures/hand-driven-pool.js';
import { ManualClock } from '../workers/fixtures/manual-clock.js';
import { Batcher } from './batcher.js';
import { CHECKS_PER_TIMEOUT, SPARE_SLOTS } from './limits.js';

const TIMEOUT_MS = 1_000;
const CHECK_MS = TIMEOUT_MS / CHECKS_PER_TIMEOUT;
/** What the rows of a batch are told that failed so. */
const FAILURES: Readonly<Record<PoolErrorCode, string>> = {
  batch_timeout: 'prediction_timeout',
  worker_lost: 'prediction_failed',
  batch_failed: 'prediction_failed',
  model_refused: 'model_unavailable',
  pool_closed: 'model_unavailable',
};
const CODES = Object.keys(FAILURES) as PoolErrorCode[];

/** Two columns: the number of an order, which is its minutes too, and one that is always 7. */
const encoder = Encoder.fit(selectFeatures(['rider_age', 'vehicle_condition']), () => [], []);

function orderOf(number: number): Order {
  return {
    Delivery_person_Age: number,
    Vehicle_condition: 7,
    Restaurant_latitude: 18,
    Restaurant_longitude: 73,
    Delivery_location_latitude: 18,
    Delivery_location_longitude: 74,
  };
}

/** A batcher over a pool without workers, and what the replies of its orders were told. */
class Bench {
  readonly pool: HandDrivenPool;
  readonly batcher: Batcher;
  readonly clock: ManualClock;
  /** By order, numbered from 0: whether it was taken in. */
  readonly taken: boolean[] = [];
  /** By order: everything its reply was told. */
  readonly told: string[][] = [];
  /** The reasons that were given with failures. */
  readonly reasons = new Set<string>();
  onAnswer: (() => void) | undefined;

  constructor(t: Test, shape: Partial<Shape> = {}, clock = new ManualClock(t)) {
    this.clock = clock;
    this.pool = new HandDrivenPool({ slots: 3, capacity: 1, maxRows: 2, columns: encoder.columns.length, ...shape });
    this.batcher = new Batcher(this.pool, encoder, { timeoutMs: TIMEOUT_MS, checksPerTimeout: CHECKS_PER_TIMEOUT });
    t.teardown(() => this.batcher.stop());
  }

  submit(orders = 1): void {
    for (const number of Array.from({ length: orders }, (_, index) => this.told.length + index)) {
      const told: string[] = [];
      this.told[number] = told;
      const tell = (answer: string): void => {
        told.push(answer);
        this.onAnswer?.();
      };
      this.taken[number] = this.batcher.submit(orderOf(number), {
        deliver: (minutes) => tell(`${minutes}`),
        fail: (code, reason) => {
          this.reasons.add(reason);
          tell(code);
        },
      });
    }
  }

  /** By batch that runs, the orders in it. */
  get running(): number[][] {
    return this.pool.running.map(({ rows }) => rows.map(([order]) => order ?? Number.NaN));
  }

  /** The batch that has run longest. */
  get oldest(): Run {
    const [run] = this.pool.running;
    if (run === undefined) throw new Error('No batch runs.');
    return run;
  }
}

/** What comes after the events of this turn of the event loop. */
const nextTurn = (): Promise<void> => new Promise(setImmediate);

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
  bench.submit();
  let runningAtAnswer: number[][] | undefined;
  bench.onAnswer = () => {
    runningAtAnswer = bench.running;
  };
  bench.oldest.succeed();
  await nextTurn();
  t.strictSame(runningAtAnswer, [[1]]);
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

for (const code of CODES) {
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
    t.equal(bench.pool.free, 2, 'the slot of the failed batch is not given back');
    t.strictSame([...bench.reasons], [code], 'the reason is that of the pool');
  });
}

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

t.test(
  'an order that has waited too long is told so once, wherever it waits; those behind it are answered',
  async (t) => {
    const bench = new Bench(t);
    // A batch that runs, a full one that waits, and one that is being filled.
    bench.submit();
    await nextTurn();
    bench.submit(3);
    bench.clock.pass(CHECK_MS);
    bench.submit();
    bench.clock.pass(TIMEOUT_MS - 2 * CHECK_MS);
    t.strictSame(bench.told, [[], [], [], [], []], 'not before its time');
    bench.clock.pass(CHECK_MS);
    const late = ['prediction_timeout'];
    t.strictSame(bench.told, [late, late, late, late, []]);
    t.strictSame([...bench.reasons], [`It waited ${TIMEOUT_MS} ms.`]);
    for (let batch = 0; batch < 3; batch++) {
      bench.oldest.succeed();
      await nextTurn();
    }
    t.strictSame(bench.told, [late, late, late, late, ['4']]);
    t.equal(bench.pool.free, 3);
  },
);

t.test('overdue orders are looked for as often as asked for, but at most once a millisecond', async (t) => {
  const { pool } = new Bench(t);
  const timers = t.capture(globalThis, 'setInterval', setInterval);
  for (const [timeoutMs, everyMs] of [
    [1_000, 50],
    [10, 1],
  ] as const) {
    new Batcher(pool, encoder, { timeoutMs, checksPerTimeout: 20 }).stop();
    t.equal(timers()[0]?.args[1], everyMs);
  }
});

t.test('an order that was told it is too late is not told when its batch fails', async (t) => {
  const bench = new Bench(t);
  bench.submit(2);
  await nextTurn();
  bench.clock.pass(TIMEOUT_MS);
  bench.oldest.fail('batch_timeout');
  await nextTurn();
  t.strictSame(bench.told, [['prediction_timeout'], ['prediction_timeout']]);
});

t.test('a batcher that is stopped still answers what it has taken in', async (t) => {
  const bench = new Bench(t);
  bench.submit(3);
  bench.batcher.stop();
  bench.clock.pass(2 * TIMEOUT_MS);
  for (let batch = 0; batch < 2; batch++) {
    await nextTurn();
    bench.oldest.succeed();
  }
  await nextTurn();
  t.strictSame(bench.told, [['0'], ['1'], ['2']]);
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
  fc.constant(['pass a check', (bench: Bench) => bench.clock.pass(CHECK_MS)] as const),
  fc.constant(['pass the time-out', passTimeout] as const),
);

t.test('whatever happens, each order that was taken in gets one answer, its own, and no other gets any', async (t) => {
  const shape = fc.record({
    slots: fc.integer({ min: 1, max: 4 }),
    capacity: fc.integer({ min: 1, max: 3 }),
    maxRows: fc.integer({ min: 1, max: 3 }),
  });
  const schedules = fc.array(acts, { minLength: 10, maxLength: 40 });
  const failures = new Set(Object.values(FAILURES));
  const clock = new ManualClock(t);
  const property = fc.asyncProperty(shape, schedules, async (given, schedule) => {
    const bench = new Bench(t, given, clock);
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
    assert.equal(bench.pool.free, given.slots - bench.pool.lost, 'slots come back once, but those of failed batches');
    bench.batcher.stop();
  });
  await fc.assert(property, { seed: 20_220_212, numRuns: 100 });
});

t.test('there is room for a batch beyond what the workers take, and overdue orders are looked for', async (t) => {
  t.ok(Number.isInteger(SPARE_SLOTS) && SPARE_SLOTS >= 1);
  t.ok(CHECKS_PER_TIMEOUT >= 1);
});
