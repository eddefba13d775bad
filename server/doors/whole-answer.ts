/** The minutes of all rows of a request that is answered as a whole: a row that fails fails the request. */
import type { FailureCode, Reply } from '../batching/reply.js';
import { RowMatrix } from '../bulk/row-matrix.js';
import { problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';

class WholeAnswer implements Reply {
  readonly #exchange: Exchange;
  readonly #minutes: Float32Array;
  readonly #onMinutes: (minutes: Float32Array) => void;
  #left: number;

  constructor(exchange: Exchange, rows: number, onMinutes: (minutes: Float32Array) => void) {
    this.#exchange = exchange;
    this.#minutes = new Float32Array(rows);
    this.#left = rows;
    this.#onMinutes = onMinutes;
  }

  /** False once it is answered or the client has gone. */
  get wanted(): boolean {
    return this.#exchange.open;
  }

  deliver(row: number, minutes: number): void {
    this.#minutes[row] = minutes;
    this.#left -= 1;
    if (this.#left === 0) this.#exchange.guard(() => this.#onMinutes(this.#minutes));
  }

  fail(_: number, code: FailureCode, reason: string): void {
    this.#exchange.sendProblem(problem(code, reason), code === 'prediction_timeout' ? [] : RETRY_AFTER);
  }
}

/**
 * Predicts rows that are answered together, or fails them together.
 * @param values encoded rows, [rows, columns]; at least one
 * @param deadlineMs of `performance.now`
 * @param onMinutes is given the minutes, [rows], where none failed
 */
export function predictRows(
  exchange: Exchange,
  serving: Serving,
  model: ServedModel,
  values: Float32Array,
  deadlineMs: number,
  onMinutes: (minutes: Float32Array) => void,
): void {
  if (model !== serving.model && model !== serving.previous) {
    // While the body came; it takes no more rows.
    exchange.sendProblem(problem('model_unavailable', 'That version has been replaced meanwhile.'), RETRY_AFTER);
    return;
  }
  const matrix = new RowMatrix(model.encoder.columns.length, values);
  model.batcher.submitRows(matrix, new WholeAnswer(exchange, matrix.rows, onMinutes), deadlineMs);
}
