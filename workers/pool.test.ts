/** A pool of the trained model: what it answers, and which models it refuses. */
import { readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import { featureHash } from '../features/encoder-state.js';
import { ThreadCensus } from './fixtures/thread-census.js';
import { encodeAll, mixedRows, trainedModel } from './fixtures/trained-model.js';
import { until } from './fixtures/until.js';
import type { GoldenRow } from './golden.js';
import { GOLDEN_TOLERANCE_MINUTES } from './golden-check.js';
import { BATCHES_IN_HAND, NICENESS, TABLE_BATCH_ROWS } from './limits.js';
import { type PoolModel, PredictionPool } from './pool.js';
import { predictAll } from './predict-all.js';

const OPTIONS = {
  workers: 2,
  maxRows: TABLE_BATCH_ROWS,
  batchesInHand: BATCHES_IN_HAND,
  spareSlots: 4,
  batchTimeoutMs: 10_000,
};
const ROWS = 1_000;

async function predictInOneBatch(pool: PredictionPool, features: Float32Array): Promise<Float32Array> {
  const slot = pool.acquire();
  if (slot === undefined) throw new Error('No slot is free.');
  slot.features.set(features);
  const rows = features.length / pool.columns;
  await pool.run(slot, rows);
  const minutes = slot.minutes.slice(0, rows);
  pool.release(slot);
  return minutes;
}

t.test('a pool of the trained model', async (t) => {
  const model = await trainedModel();
  const pool = await PredictionPool.open(model, OPTIONS);
  t.teardown(() => pool.close());
  const features = mixedRows(model, ROWS);
  const rowsFrom = (start: number, end: number) => features.subarray(start * pool.columns, end * pool.columns);
  const oneByOne = new Float32Array(ROWS);
  for (let row = 0; row < ROWS; row++) oneByOne.set(await predictInOneBatch(pool, rowsFrom(row, row + 1)), row);
  t.ok(new Set(oneByOne).size > TABLE_BATCH_ROWS, 'rows can be told from one another by their minutes');

  t.test('gives every golden row the minutes that training gave it', async (t) => {
    const minutes = await predictAll(
      pool,
      encodeAll(
        model,
        model.golden.map(({ order }) => order),
      ),
    );
    for (const [row, golden] of model.golden.entries()) {
      t.ok(Math.abs((minutes[row] ?? Number.NaN) - golden.minutes) <= GOLDEN_TOLERANCE_MINUTES, `golden row ${row}`);
    }
  });

  t.test('gives each row of a matrix what it gives it alone, to the bit', async (t) => {
    t.strictSame(await predictAll(pool, features), oneByOne);
    for (const rows of [0, 1, TABLE_BATCH_ROWS, TABLE_BATCH_ROWS + 1]) {
      t.strictSame(await predictAll(pool, rowsFrom(0, rows)), oneByOne.subarray(0, rows), `${rows} rows`);
    }
  });

  t.test('gives each row of a batch what it gives it alone, in batches of every size', async (t) => {
    for (let rows = 1; rows <= TABLE_BATCH_ROWS; rows++) {
      const minutes = await predictInOneBatch(pool, rowsFrom(rows, rows + rows));
      t.strictSame(minutes, oneByOne.slice(rows, rows + rows), `${rows} rows`);
    }
  });

  t.test('keeps apart the rows of batches that run at once', async (t) => {
    const slots = pool.capacity + OPTIONS.spareSlots;
    for (let round = 0; round < 20; round++) {
      const batches = Array.from({ length: slots }, (_, batch) => {
        const start = (round * slots + batch) * 5;
        return { start, end: start + 1 + ((round + 3 * batch) % TABLE_BATCH_ROWS) };
      });
      const minutes = await Promise.all(batches.map(({ start, end }) => predictInOneBatch(pool, rowsFrom(start, end))));
      t.strictSame(
        minutes,
        batches.map(({ start, end }) => oneByOne.slice(start, end)),
        `round ${round}`,
      );
    }
    t.equal(pool.acquire()?.minutes.length, TABLE_BATCH_ROWS, 'all slots came back');
  });
});

t.test(
  'workers, and no other thread, give way to the thread that answers',
  { skip: process.platform !== 'linux' && 'only Linux tells of threads, and lets them differ' },
  async (t) => {
    const before = nicenessOfThreads();
    const pool = await PredictionPool.open(await trainedModel(), OPTIONS);
    t.teardown(() => pool.close());
    const added = nicenessOfThreads();
    for (const [thread, niceness] of before) {
      if (added.has(thread)) t.equal(added.get(thread), niceness);
      added.delete(thread);
    }
    const own = before.get(process.pid) ?? Number.NaN;
    t.equal(
      [...added.values()].filter((niceness) => niceness === Math.min(19, own + NICENESS)).length,
      OPTIONS.workers,
    );
  },
);

/** By thread of this process. */
function nicenessOfThreads(): Map<number, number> {
  const threads = readdirSync('/proc/self/task').map((thread) => {
    // Behind the name in brackets, which may have spaces, stand the state and 15 numbers before it.
    const fields = readFileSync(`/proc/self/task/${thread}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    return [Number(thread), Number(fields[16])] as const;
  });
  return new Map(threads);
}

t.test('a model that is not what its files say is refused with the reason, and leaves no thread', async (t) => {
  const model = await trainedModel();
  const { features, hash, ...state } = { ...model.features, columns: model.features.features.length };
  const fewer = features.slice(1);
  const wrongBy = (minutes: number, index: number): readonly GoldenRow[] =>
    model.golden.map((golden, row) => (row === index ? { ...golden, minutes: golden.minutes + minutes } : golden));
  const refused: [name: string, model: Partial<PoolModel>, reason: RegExp][] = [
    ['golden minutes a bit high', { golden: wrongBy(0.01, 0) }, /golden row 0 \(ID \w+\) gives [\d.]+ .* training/],
    ['golden minutes a bit low, late', { golden: wrongBy(-0.01, 40) }, /golden row 40 \(ID \w+\) gives [\d.]+ /],
    ['no ONNX', { onnx: Buffer.from('not a graph') }, /protobuf/i],
    ['half the ONNX', { onnx: model.onnx.subarray(0, model.onnx.length / 2) }, /protobuf/i],
    [
      'a feature less',
      { features: { ...state, features: fewer, hash: featureHash(fewer) } },
      new RegExp(`takes ${features.length} features a row; features.json makes ${fewer.length}`),
    ],
  ];
  for (const [index, [name, change, reason]] of refused.entries()) {
    const workers = index === 0 ? 2 : 1;
    await t.test(name, async (t) => {
      const threads = new ThreadCensus(t);
      await t.rejects(PredictionPool.open({ ...model, ...change }, { ...OPTIONS, workers }), {
        name: 'PoolError',
        code: 'model_refused',
        message: reason,
      });
      await until(() => threads.living === 0);
      t.equal(threads.ready, 0);
      t.ok(threads.started <= 2 * workers, `${threads.started} threads started`);
    });
  }
});
