/**
 * Predicts single rows on the thread that asks, where the hop to a worker and back would take longer than the model:
 * waking a sleeping thread costs more than a row of a small one. It passes the golden rows like any worker.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Encoder } from '../features/encoder.js';
import { PoolError } from './errors.js';
import { encodeGoldenRows } from './golden.js';
import { checkGoldenRows, type GoldenModel } from './golden-check.js';
import { LONE_ROW_ROUNDS } from './limits.js';
import type { PoolModel } from './pool.js';
import { ModelSession } from './session.js';
import { messageOf } from './threads.js';

/** A model on this thread, for one row at a time; only of models that are quick enough for it. */
export class LoneRowSession {
  readonly #session: ModelSession;

  private constructor(session: ModelSession) {
    this.#session = session;
  }

  /**
   * Undefined where a row takes the model longer than `maxMicroseconds`, or that is 0.
   * @throws PoolError `model_refused`
   */
  static async open(model: PoolModel, maxMicroseconds: number): Promise<LoneRowSession | undefined> {
    if (maxMicroseconds === 0) return undefined;
    const { onnx, features, golden } = model;
    let session: ModelSession;
    try {
      session = await ModelSession.load(onnx, features.features.length, 1);
      await checkGoldenRows(betweenTurns(session), encodeGoldenRows(Encoder.fromState(features), golden), 1);
    } catch (error) {
      throw new PoolError('model_refused', messageOf(error));
    }
    if ((await microsecondsPerRow(session)) <= maxMicroseconds) return new LoneRowSession(session);
    await session.release();
    return undefined;
  }

  /**
   * Predicts the first row. One call at a time.
   * @param features [at least 1, columns]
   * @param minutes [at least 1], written
   * @throws PoolError `batch_failed`
   */
  async run(features: Float32Array, minutes: Float32Array): Promise<void> {
    try {
      await this.#session.run(features, 1, minutes);
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
async function microsecondsPerRow(session: ModelSession): Promise<number> {
  const features = new Float32Array(session.columns);
  const minutes = new Float32Array(1);
  const taken: number[] = [];
  for (let round = 0; round < LONE_ROW_ROUNDS; round++) {
    await nextTurn();
    const startedMs = performance.now();
    await session.run(features, 1, minutes);
    taken.push((performance.now() - startedMs) * 1_000);
  }
  return taken.sort((a, b) => a - b)[LONE_ROW_ROUNDS >> 1] ?? Number.POSITIVE_INFINITY;
}
