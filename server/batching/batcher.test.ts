import assert from 'node:assert/strict';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { selectFeatures } from '../../features/catalogue.js';
import { Encoder } from '../../features/encoder.js';
import type { Order } from '../../features/order.js';
import { PoolError, type PoolErrorCode } from '../../workers/errors.js';
import { HandDrivenPool, type Run, type Shape } from '../../workers/fixtures/hand-driven-pool.js';
import { ManualClock } from '../../workers/fixtures/manual-clock.js';
import { Batcher, type BatcherOptions } from './batcher.js';

const TIMEOUT_MS = 1_000;
const SWEEP_MS = 50;
const OPTIONS: BatcherOptions = {
  firstTryMs: 400,
  sweepMs: SWEEP_MS,
  waitingShare: 0.5,
  singlesPerBulk: 2,
  maxBulkRows: 100,
};
/** What the rows of a batch are told that failed so, and for the first three failed so again. */
const FAILURES: Readonly<Record<PoolErrorCode, string>> = {
  batch_timeout: 'prediction_failed',
  worker_lost: 'prediction_failed',
  batch_failed: 'prediction_failed',
  model_refused: 'model_unavailable',
  workers_stalled: 'model_unavailable',
  pool_closed: 'model_unavailable',
};
const CODES = Object.keys(FAILURES) as PoolErrorCode[];
const isTriedAgain = (code: PoolErrorCode): boolean => FAILURES[code] === 'prediction_failed';

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
  /** Orders whose clients have gone. */
  readonly abandoned = new Set<number>();
  onAnswer: (() => void) | undefined;

  /** @param shape as many workers as there is capacity, unless it says otherwise */
  constructor(
    t: Test,
    shape: Partial<Shape> = {},
    { clock = new ManualClock(t), ...options }: Partial<BatcherOptions> & { clock?: ManualClock } = {},
  ) {
    this.clock = clock;
    const { capacity = 1 } = shape;
    const columns = encoder.columns.length;
    this.pool = new HandDrivenPool({ slots: 3, workers: capacity, capacity, maxRows: 2, columns, ...shape });
    this.batcher = new Batcher(this.pool, encoder, { ...OPTIONS, ...options });
    t.teardown(() => this.batcher.stop());
  }

  submit(orders = 1, timeoutMs = TIMEOUT_MS): void {
    for (const number of Array.from({ length: orders }, (_, index) => this.told.length + index)) {
      const told: string[] = [];
      this.told[number] = told;
      const tell = (answer: string): void => {
        told.push(answer);
        this.onAnswer?.();
      };
      const { abandoned, reasons } = this;
      const reply = {
        get wanted() {
          return !abandoned.has(number);
        },
        deliver: (_: number, minutes: number) => tell(`${minutes}`),
        fail: (_: number, code: string, reason: string) => {
          reasons.add(reason);
          tell(code);
        },
      };
      this.taken[number] = this.batcher.submit(orderOf(number), reply, performance.now() + timeoutMs);
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

/** What comes after the events of this turn of the event loop, and after what those leave for its end. */
async function nextTurn(): Promise<void> {
  await new Promise(setImmediate);
  await new Promise(setImmediate);
}

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

t.test(
  'an order that comes alone while nothing runs is predicted where it stands; others go to the workers',
  async (t) => {
    const alone: number[] = [];
    const lone = {
      run: async (features: Float32Array, minutes: Float32Array) => {
        alone.push(features[0] ?? Number.NaN);
        minutes[0] = features[0] ?? Number.NaN;
      },
    };
    const bench = new Bench(t, { capacity: 2, slots: 4 }, { lone });
    bench.submit();
    await nextTurn();
    t.strictSame(bench.told, [['0']]);
    bench.submit(2);
    await nextTurn();
    bench.submit();
    await nextTurn();
    t.strictSame(bench.running, [[1, 2], [3]]);
    t.strictSame(alone, [0]);
    bench.oldest.succeed();
    bench.oldest.succeed();
    await nextTurn();
    t.strictSame(bench.told, [['0'], ['1'], ['2'], ['3']]);
  },
);

t.test('an order that fails where it stands goes to the workers', async (t) => {
  const lone = { run: () => Promise.reject(new PoolError('batch_failed', 'it failed')) };
  const bench = new Bench(t, {}, { lone });
  bench.submit();
  await nextTurn();
  t.strictSame(bench.running, [[0]]);
});

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
