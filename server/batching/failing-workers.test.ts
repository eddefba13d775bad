/** The batcher over a real pool whose workers die, fail and stall: rows that did no harm get their minutes all the same. */
import t from 'tap';
import { Encoder } from '../../features/encoder.js';
import { FAULT, LET_GO, letGoWord, SCRIBBLE } from '../../workers/fixtures/faults.js';
import { encodeAll, trainedModel } from '../../workers/fixtures/trained-model.js';
import { GOLDEN_TOLERANCE_MINUTES } from '../../workers/golden-check.js';
import { PredictionPool } from '../../workers/pool.js';
import { Batcher } from './batcher.js';

const FIRST_TRY_MS = 300;
const DEADLINE_MS = 60_000;

/** A batcher over workers each of which may have two batches of one row in hand, so that one can suffer from the other. */
async function open(t: { teardown(end: () => Promise<void>): void }, workers = 1) {
  const model = await trainedModel();
  const pool = await PredictionPool.open(model, {
    workers,
    maxRows: 1,
    batchesInHand: 2,
    spareSlots: 6,
    batchTimeoutMs: FIRST_TRY_MS,
    workerFile: new URL('../../workers/fixtures/faulty-worker.js', import.meta.url),
  });
  const batcher = new Batcher(pool, Encoder.fromState(model.features), {
    firstTryMs: FIRST_TRY_MS,
    sweepMs: 5,
    waitingShare: 0.5,
    singlesPerBulk: 1,
    maxBulkRows: 10,
  });
  t.teardown(async () => {
    batcher.stop();
    await pool.close();
  });
  const golden = model.golden[0] ?? { order: {}, minutes: Number.NaN };
  /** @param fault in place of the first feature */
  const ask = (fault?: number, timeoutMs = DEADLINE_MS): Promise<string> =>
    new Promise((resolve) => {
      const row = encodeAll(model, [golden.order]);
      if (fault !== undefined) row[0] = fault;
      batcher.submitRows(
        { rows: 1, encode: (_, out, offset) => out.set(row, offset) },
        {
          wanted: true,
          deliver: (_, minutes) =>
            resolve(Math.abs(minutes - golden.minutes) <= GOLDEN_TOLERANCE_MINUTES ? 'right' : `${minutes}`),
          fail: (_, code, reason) => resolve(`${code}: ${reason}`),
        },
        performance.now() + timeoutMs,
      );
    });
  return { pool, ask };
}

t.test(
  'rows whose worker dies by others are answered by the one that takes over, and the others are told',
  async (t) => {
    const { ask } = await open(t);
    t.equal(await ask(), 'right');
    for (const [how, fault] of [
      ['exits', FAULT.exit],
      ['throws', FAULT.throw],
      ['fails', FAULT.refuse],
    ] as const) {
      const guilty = ask(fault);
      const innocent = ask();
      t.match(await guilty, /^prediction_failed: /, `${how} twice`);
      t.equal(await innocent, 'right', how);
    }
  },
);

t.test('while a batch stalls its workers, first one and then another, the rest goes on beside them', async (t) => {
  const { pool, ask } = await open(t, 2);
  const slots = Array.from({ length: 10 }, () => pool.acquire()).filter((slot) => slot !== undefined);
  for (const slot of slots) pool.release(slot);
  const guilty = ask(FAULT.scribble, 3 * FIRST_TRY_MS);
  t.equal(await ask(), 'right');
  t.match(await guilty, /^prediction_/);
  for (let row = 0; row < 5; row++) t.equal(await ask(), 'right');
  // They are let go, so that the pool can close.
  const letGo = setInterval(() => {
    for (const slot of slots) if (slot.minutes[0] === SCRIBBLE) Atomics.store(letGoWord(slot.minutes), 0, LET_GO);
  }, 10);
  await pool.close();
  clearInterval(letGo);
});
