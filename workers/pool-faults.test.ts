/**
 * Pools whose workers fail: what callers are told, that nothing a failing worker does reaches another's batch, and that
 * no thread is terminated at work, since ONNX Runtime then takes the whole process with it.
 */
import { execFileSync } from 'node:child_process';
import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setEnvironmentData } from 'node:worker_threads';
import t, { type Test } from 'tap';
import type { PoolError } from './errors.js';
import { FAULT, GOLDEN_OFF_BY, LET_GO, letGoWord, PIPE, SCRIBBLE } from './fixtures/faults.js';
import { ManualClock } from './fixtures/manual-clock.js';
import { ThreadCensus } from './fixtures/thread-census.js';
import { encodeAll, trainedModel } from './fixtures/trained-model.js';
import { until } from './fixtures/until.js';
import { GOLDEN_TOLERANCE_MINUTES } from './golden-check.js';
import { type PoolModel, type PoolOptions, PredictionPool } from './pool.js';
import type { Slot } from './slots.js';

const OPTIONS: PoolOptions = {
  workers: 1,
  maxRows: 32,
  batchesInHand: 2,
  spareSlots: 2,
  batchTimeoutMs: 10_000,
  workerFile: new URL('./fixtures/faulty-worker.js', import.meta.url),
};

const nextTurn = (): Promise<void> => new Promise(setImmediate);

/** A pool and how tests use it. */
class Bench {
  readonly pool: PredictionPool;
  readonly #model: PoolModel;

  private constructor(pool: PredictionPool, model: PoolModel) {
    this.pool = pool;
    this.#model = model;
  }

  static async open(t: Test, options: Partial<PoolOptions> = {}): Promise<Bench> {
    const model = await trainedModel();
    const pool = await PredictionPool.open(model, { ...OPTIONS, ...options });
    t.teardown(() => pool.close());
    return new Bench(pool, model);
  }

  /** Indexes of the slots that are free. */
  get free(): ReadonlySet<number> {
    const slots: Slot[] = [];
    for (let slot = this.pool.acquire(); slot !== undefined; slot = this.pool.acquire()) slots.push(slot);
    for (const slot of slots) this.pool.release(slot);
    return new Set(slots.map(({ index }) => index));
  }

  get slots(): number {
    return this.pool.capacity + OPTIONS.spareSlots;
  }

  acquire(): Slot {
    const slot = this.pool.acquire();
    if (slot === undefined) throw new Error('No slot is free.');
    return slot;
  }

  /** Runs a batch that asks for `fault`. */
  fail(fault: number): { slot: Slot; outcome: Promise<string> } {
    const slot = this.acquire();
    slot.features[0] = fault;
    slot.minutes.fill(0);
    return { slot, outcome: this.#outcomeOf(slot) };
  }

  /** Runs one golden row; 'done' if its minutes are right, else what they are, or what it failed of. */
  async predict(golden = 0, slot = this.acquire()): Promise<string> {
    const { order, minutes } = this.#model.golden[golden] ?? { order: {}, minutes: Number.NaN };
    slot.features.set(encodeAll(this.#model, [order]));
    const outcome = await this.#outcomeOf(slot);
    if (outcome !== 'done') return outcome;
    const [predicted = Number.NaN] = slot.minutes;
    this.pool.release(slot);
    return Math.abs(predicted - minutes) <= GOLDEN_TOLERANCE_MINUTES ? 'done' : `${predicted} minutes`;
  }

  /** Whether every free slot gives right minutes, one after the other. */
  async serves(): Promise<boolean> {
    const slots = [...this.free].map(() => this.acquire());
    for (const [golden, slot] of slots.entries()) if ((await this.predict(golden, slot)) !== 'done') return false;
    return slots.length > 0;
  }

  #outcomeOf(slot: Slot): Promise<string> {
    return this.pool.run(slot, 1).then(
      () => 'done',
      (error: PoolError) => {
        this.pool.release(slot);
        return `${error.code}: ${error.message}`;
      },
    );
  }
}

t.test('when a worker fails', async (t) => {
  const threads = new ThreadCensus(t);
  const bench = await Bench.open(t);
  for (const [how, fault, failure] of [
    ['exits', FAULT.exit, 'worker_lost: worker exited with code: 1'],
    ['throws where nobody catches it', FAULT.throw, 'worker_lost: thrown on demand'],
    ['cannot predict a batch', FAULT.refuse, 'batch_failed: refused on demand'],
  ] as const) {
    await t.test(`one that ${how} loses the batch that it is at, and one that was checked anew goes on`, async (t) => {
      const before = { ...threads };
      const { slot, outcome } = bench.fail(fault);
      const waiting = bench.predict();
      t.equal(await outcome, failure);
      t.ok(threads.exited > before.exited || !bench.free.has(slot.index), 'its slot is kept back until it has exited');
      t.equal(await waiting, 'done', 'by the other');
      await until(() => bench.free.has(slot.index));
      t.equal(threads.exited, before.exited + 1, 'its slot came back with its exit');
      t.equal(bench.free.size, bench.slots);
      t.ok(await bench.serves());
      t.match(threads, { started: before.started + 1, ready: before.ready + 1, terminatedAtStart: 0 });
    });
  }
});

interface Stall {
  readonly fault: number;
  readonly letGo: (slot: Slot) => void;
}

function scribbling(): Stall {
  return {
    fault: FAULT.scribble,
    letGo: ({ minutes }) => Atomics.store(letGoWord(minutes), 0, LET_GO),
  };
}

/** As of a native call that hangs, and comes back late with other answers. */
function inNativeCall(t: Test): Stall {
  const path = join(t.testdir(), 'pipe');
  execFileSync('mkfifo', [path]);
  const pipe = openSync(path, 'r+');
  setEnvironmentData(PIPE, path);
  return {
    fault: FAULT.native,
    letGo: ({ minutes }) => writeSync(pipe, new Uint8Array(minutes.length * 4).fill(0xc5)),
  };
}

for (const [where, stallOf] of [
  ['writing into its slot all the time', scribbling],
  ['in a native call that writes late', inNativeCall],
] as const) {
  t.test(`a worker that stalls ${where} reaches no other batch, and is replaced when it is back`, async (t) => {
    const stall = stallOf(t);
    const threads = new ThreadCensus(t);
    const clock = new ManualClock(t);
    const bench = await Bench.open(t, { workers: 2 });
    t.equal(threads.ready, 2, 'a pool is open when all of its workers are ready');
    const { slot, outcome } = bench.fail(stall.fault);
    await until(() => slot.minutes[0] === SCRIBBLE);
    clock.pass(OPTIONS.batchTimeoutMs);
    t.equal(await outcome, 'batch_timeout: The batch took longer than 10000 ms.');
    for (let round = 0; round < 5; round++) {
      t.equal(bench.free.size, bench.slots - 1);
      t.notOk(bench.free.has(slot.index), 'its slot is kept back');
      t.ok(await bench.serves(), 'the other worker goes on');
    }
    t.equal(threads.exited, 0);
    stall.letGo(slot);
    await until(() => bench.free.has(slot.index));
    t.equal(threads.exited, 1, 'its slot came back with its exit');
    t.ok((slot.minutes[0] ?? 0) < 0, 'it did write late');
    await until(() => threads.ready === 3);
    t.ok(await bench.serves());
    t.match(threads, { started: 3, terminated: 0 });
  });
}

t.test('beside a worker that stalls another is started, and none stays too many', async (t) => {
  const threads = new ThreadCensus(t);
  const clock = new ManualClock(t);
  const bench = await Bench.open(t);
  const stall = scribbling();
  const { slot, outcome } = bench.fail(stall.fault);
  await until(() => slot.minutes[0] === SCRIBBLE);
  clock.pass(OPTIONS.batchTimeoutMs);
  t.match(await outcome, 'batch_timeout: ');
  t.equal(await bench.predict(), 'done', 'by the one beside it');
  t.match(threads, { started: 2, ready: 2, exited: 0 });
  t.notOk(bench.free.has(slot.index), 'its slot is kept back');
  stall.letGo(slot);
  await until(() => bench.free.has(slot.index));
  t.ok(await bench.serves());
  t.match(threads, { started: 2, living: 1, terminated: 0 });
});

t.test('a pool whose workers stall, and those beside them, ends', async (t) => {
  const clock = new ManualClock(t);
  const bench = await Bench.open(t);
  const stall = scribbling();
  const slots: Slot[] = [];
  for (let worker = 0; worker < 2; worker++) {
    t.equal(bench.pool.ended, undefined);
    const { slot, outcome } = bench.fail(stall.fault);
    slots.push(slot);
    await until(() => slot.minutes[0] === SCRIBBLE);
    clock.pass(OPTIONS.batchTimeoutMs);
    t.match(await outcome, 'batch_timeout: ');
  }
  t.equal(bench.pool.ended?.code, 'workers_stalled');
  t.match(await bench.predict(), 'workers_stalled: ');
  for (const slot of slots) stall.letGo(slot);
});

t.test(
  'batches that no worker has claimed are taken back at once, and not touched when their turn comes',
  async (t) => {
    const mark = 12_345;
    const clock = new ManualClock(t);
    const bench = await Bench.open(t);
    const stall = scribbling();
    const { slot, outcome } = bench.fail(stall.fault);
    await until(() => slot.minutes[0] === SCRIBBLE);
    const others = [bench.predict(), bench.predict()];
    clock.pass(OPTIONS.batchTimeoutMs);
    for (const end of await Promise.all([outcome, ...others])) t.match(end, 'batch_timeout: ');
    t.equal(bench.free.size, bench.slots - 1, 'all but the one that is claimed');
    const mine = [bench.acquire(), bench.acquire()];
    for (const { minutes } of mine) minutes.fill(mark);
    stall.letGo(slot);
    t.equal(await bench.predict(), 'done', 'from a new worker, which finds what was queued before this');
    for (const { minutes } of mine) t.ok(minutes.every((value) => value === mark));
  },
);

t.test('a slot that a replacement has claimed is kept back like any other', async (t) => {
  const threads = new ThreadCensus(t);
  const clock = new ManualClock(t);
  const bench = await Bench.open(t, { workers: 2 });
  const stall = scribbling();
  const first = bench.fail(stall.fault);
  await until(() => first.slot.minutes[0] === SCRIBBLE);
  t.match(await bench.fail(FAULT.exit).outcome, 'worker_lost: ', 'of the other worker');
  const second = bench.fail(stall.fault);
  await until(() => second.slot.minutes[0] === SCRIBBLE);
  clock.pass(OPTIONS.batchTimeoutMs);
  for (const { slot, outcome } of [first, second]) {
    t.match(await outcome, 'batch_timeout: ');
    t.notOk(bench.free.has(slot.index));
  }
  for (const { slot } of [first, second]) stall.letGo(slot);
  await until(() => bench.free.has(first.slot.index) && bench.free.has(second.slot.index));
  t.equal(threads.exited, 3);
});

function refuseFromNowOn(t: Test): void {
  setEnvironmentData(GOLDEN_OFF_BY, 1);
  t.teardown(() => setEnvironmentData(GOLDEN_OFF_BY, undefined));
}

t.test('a pool whose replacements refuse the model ends, once, and starts no more', async (t) => {
  const threads = new ThreadCensus(t);
  const bench = await Bench.open(t);
  const ends: string[] = [];
  bench.pool.onEnd(({ code, message }) => ends.push(`${code}: ${message}`));
  refuseFromNowOn(t);
  t.match(await bench.fail(FAULT.exit).outcome, 'worker_lost: ');
  await until(() => threads.exited === 2);
  t.equal(bench.pool.ended, undefined, 'one refusal may be chance');
  t.match(await bench.predict(), 'model_refused: ');
  t.match(await bench.predict(), 'model_refused: ');
  t.match(ends, [/^model_refused: .* golden row 0 /]);
  t.equal(bench.pool.ended?.code, 'model_refused');
  t.equal(bench.free.size, bench.slots);
  await until(() => threads.living === 0);
  t.equal(threads.started, 3);
});

t.test('replacements that refuse the model end the pool while there are batches for them, too', async (t) => {
  const threads = new ThreadCensus(t);
  const bench = await Bench.open(t, { workers: 2 });
  refuseFromNowOn(t);
  t.match(await bench.fail(FAULT.exit).outcome, 'worker_lost: ');
  while (bench.pool.ended === undefined && threads.started < 10) {
    await Promise.all([...bench.free].map(() => bench.predict()));
  }
  t.equal(bench.pool.ended?.code, 'model_refused');
  t.ok(threads.started <= 4, `${threads.started} threads started`);
});

t.test('close waits for the batches that run, ends all threads, and no batch is taken after', async (t) => {
  const threads = new ThreadCensus(t);
  const bench = await Bench.open(t, { workers: 2 });
  const stall = scribbling();
  const { slot, outcome } = bench.fail(stall.fault);
  const other = bench.predict();
  let closed = 0;
  const closings = [bench.pool.close(), bench.pool.close()].map((closing) => closing.then(() => closed++));
  t.equal(await other, 'done');
  t.equal(closed, 0);
  t.equal(await bench.predict(), 'pool_closed: The pool is closed.');
  stall.letGo(slot);
  t.equal(await outcome, 'done');
  await Promise.all(closings);
  t.equal(threads.living, 0);
  bench.pool.release(slot);
  t.equal(await bench.predict(), 'pool_closed: The pool is closed.');
  t.equal(bench.free.size, bench.slots);
  t.equal(bench.pool.ended?.code, 'pool_closed');
});

t.test('a pool that is closed when a worker has just died terminates none at its start, and leaves none', async (t) => {
  const threads = new ThreadCensus(t);
  const bench = await Bench.open(t);
  t.match(await bench.fail(FAULT.throw).outcome, 'worker_lost: ');
  await bench.pool.close();
  t.match(threads, { living: 0, terminatedAtStart: 0 });
  const { started } = threads;
  for (let turn = 0; turn < 100; turn++) await nextTurn();
  t.equal(threads.started, started, 'none is started afterwards');
});

t.test(
  'a pool that is closed waits for a worker that stalls and the one beside it, and terminates neither',
  async (t) => {
    const threads = new ThreadCensus(t);
    const clock = new ManualClock(t);
    const bench = await Bench.open(t);
    const stall = scribbling();
    const { slot, outcome } = bench.fail(stall.fault);
    await until(() => slot.minutes[0] === SCRIBBLE);
    clock.pass(OPTIONS.batchTimeoutMs);
    t.match(await outcome, 'batch_timeout: ');
    const closing = bench.pool.close();
    await nextTurn();
    stall.letGo(slot);
    await closing;
    t.match(threads, { started: 2, living: 0, terminated: 0 });
  },
);

t.test('a pool that is closed tells nobody that its workers refuse the model', async (t) => {
  const bench = await Bench.open(t, { workers: 2 });
  bench.pool.onEnd(() => t.fail('it was closed'));
  refuseFromNowOn(t);
  const faults = [bench.fail(FAULT.exit), bench.fail(FAULT.exit)];
  for (const { outcome } of faults) t.match(await outcome, 'worker_lost: ');
  await bench.pool.close();
  t.equal(bench.pool.ended?.code, 'pool_closed');
});

t.test('close ends a worker that does not come back', async (t) => {
  const threads = new ThreadCensus(t);
  const clock = new ManualClock(t, ['setInterval', 'setTimeout']);
  const bench = await Bench.open(t);
  const { slot, outcome } = bench.fail(FAULT.hang);
  await until(() => slot.minutes[0] === SCRIBBLE);
  const closing = bench.pool.close();
  await clock.passUntil(closing);
  t.match(await outcome, 'batch_timeout: ');
  t.match(threads, { started: 1, living: 0 });
});

t.test('workers that do not say whether they take up the model are given up', async (t) => {
  const threads = new ThreadCensus(t);
  const clock = new ManualClock(t, ['setInterval', 'setTimeout']);
  const opening = Bench.open(t, { workerFile: new URL('./fixtures/silent-worker.js', import.meta.url) });
  await clock.passUntil(opening);
  await t.rejects(opening, { code: 'model_refused', message: 'The workers did not start in time.' });
  t.match(threads, { started: 1, living: 0 });
});
