/**
 * Orders that are predicted on the thread of the event loop, by a model for which the hop to a worker and back would take
 * longer than they do (docs/batching.md): those of a turn, where they are few; and, where orders come one at a time, the
 * next one as soon as it is there.
 *
 * An order that has just come cannot know whether others of its turn are still to be read; that the turns before had no
 * more than one each is the best sign there is. Where it misleads, one order of a crowd costs the thread one run.
 */
import type { Encoder } from '../../features/encoder.js';
import type { Order } from '../../features/order.js';
import { LONE_TURNS } from '../limits.js';
import type { BatchMeter } from '../metrics/batches.js';
import type { Batch } from './batch.js';
import type { InPlaceEngine } from './engine.js';
import type { Reply } from './reply.js';

/** What is predicted without a worker. Whoever asks sees to it that the workers have nothing and nothing waits for them. */
export class InPlace {
  readonly #engine: InPlaceEngine;
  readonly #encoder: Encoder;
  readonly #meter: BatchMeter | undefined;
  /** When the order came that is answered at once. */
  readonly #arrival = new Float64Array(1);
  #ordersOfTurn = 0;
  /** Turns with one order each, up to now; those in which none came say nothing. */
  #loneTurns = 0;

  constructor(engine: InPlaceEngine, encoder: Encoder, meter: BatchMeter | undefined) {
    this.#engine = engine;
    this.#encoder = encoder;
    this.#meter = meter;
  }

  /** An order has come: whether it is the first of its turn, after turns of one. */
  cameAlone(): boolean {
    this.#ordersOfTurn += 1;
    return this.#ordersOfTurn === 1 && this.#loneTurns >= LONE_TURNS;
  }

  /** The turn of the event loop is over. */
  turnEnded(): void {
    if (this.#ordersOfTurn > 0) this.#loneTurns = this.#ordersOfTurn === 1 ? this.#loneTurns + 1 : 0;
    this.#ordersOfTurn = 0;
  }

  /** Answers the order; false where it could not be predicted, and is to go to the workers. */
  answer(order: Order, reply: Reply): boolean {
    const { features, minutes } = this.#engine;
    const nowMs = performance.now();
    this.#arrival[0] = nowMs;
    this.#encoder.encode(order, features, 0);
    try {
      this.#engine.predict(1);
    } catch {
      // A fault of the engine, whichever it is: the workers are asked, and their answer counts.
      this.#meter?.failedInPlace();
      return false;
    }
    this.#meter?.predictedInPlace(this.#arrival, 1, nowMs, performance.now());
    reply.deliver(0, minutes[0] ?? Number.NaN);
    return true;
  }

  /** Whether the batch has no more rows than are predicted here. */
  takes(batch: Batch): boolean {
    return batch.rows <= this.#engine.maxRows && batch.kind === 'single' && !batch.isRetry;
  }

  /**
   * Predicts a batch that it takes, into its slot's minutes.
   * @throws PoolError
   */
  predict({ slot, rows }: Batch): void {
    const { features, minutes, columns } = this.#engine;
    features.set(slot.features.subarray(0, rows * columns));
    this.#engine.predict(rows);
    slot.minutes.set(minutes.subarray(0, rows));
  }
}
