/**
 * Predicts few rows on the thread that asks, where the hop to a worker and back would take longer than the model: waking
 * a sleeping thread costs more than some rows of a small one. It passes the golden rows like any worker.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Encoder } from '../features/encoder.js';
import { PoolError } from './errors.js';
import { encodeGoldenRows } from './golden.js';
import { checkGoldenRows, type GoldenModel } from './golden-check.js';
import { IN_PLACE_ROUNDS, IN_PLACE_ROWS } from './limits.js';
import type { PoolModel } from './pool.js';
import { ModelSession } from './session.js';
import { messageOf } from './threads.js';

/** A model on this thread, for few rows at a time; only of models that are quick enough for it. */
export class InPlaceSession {
  readonly #session: ModelSession;
  /** Rows that it takes at once. */
  readonly maxRows: number;

  private constructor(session: ModelSession, maxRows: number) {
    this.#session = session;
    this.maxRows = maxRows;
  }

  /**
   * For as many rows as the model predicts within `maxMicroseconds`, of `IN_PLACE_ROWS` or 1; undefined where it takes
   * longer for one, or that is 0.
   * @throws PoolError `model_refused`
   */
  static async open(model: PoolModel, maxMicroseconds: number): Promise<InPlaceSession | undefined> {
    if (maxMicroseconds === 0) return undefined;
    const { onnx, features, golden } = model;
    let session: ModelSession | undefined;
    try {
      session = await ModelSession.load(onnx, features.features.length, IN_PLACE_ROWS);
      // First of all, so that a slow model does not hold the thread up with many rows.
      if ((await microsecondsFor(session, 1)) > maxMicroseconds) {
        await session.release();
        return undefined;
      }
      const matrix = encodeGoldenRows(Encoder.fromState(features), golden);
      await checkGoldenRows(betweenTurns(session), matrix, IN_PLACE_ROWS);
      const isQuick = (await microsecondsFor(session, IN_PLACE_ROWS)) <= maxMicroseconds;
      return new InPlaceSession(session, isQuick ? IN_PLACE_ROWS : 1);
    } catch (error) {
      await session?.release();
      throw new PoolError('model_refused', messageOf(error));
    }
  }

  /** Features of a row. */
  get columns(): number {
    return this.#session.columns;
  }

  /** What `predict` reads, [maxRows, columns]. */
  get features(): Float32Array {
    return this.#session.features;
  }

  /** What `predict` writes, [maxRows]. */
  get minutes(): Float32Array {
    return this.#session.minutes;
  }

  /**
   * Predicts the first `rows` rows of `features` into `minutes`, in the call itself.
   * @param rows at most `maxRows`
   * @throws PoolError `batch_failed`
   */
  predict(rows: number): void {
    try {
      this.#session.predict(rows);
    } catch (error) {
      throw new PoolError('batch_failed', messageOf(error));
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }
}

/** The session, with the thread's other work between any two runs: it answers requests while a version is taken up. */
function betweenTurns(session: ModelSession): GoldenModel {
  return {
    columns: session.columns,
    async run(features, rows, minutes) {
      await nextTurn();
      await session.run(features, rows, minutes);
    },
  };
}

/** The median, as the first runs take longer and the thread has other work between. */
async function microsecondsFor(session: ModelSession, rows: number): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < IN_PLACE_ROUNDS; round++) {
    await nextTurn();
    const startedMs = performance.now();
    session.predict(rows);
    taken.push((performance.now() - startedMs) * 1_000);
  }
  return taken.sort((a, b) => a - b)[IN_PLACE_ROUNDS >> 1] ?? Number.POSITIVE_INFINITY;
}
