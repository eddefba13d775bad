/**
 * The reading of one batch, in pieces: orders are parsed, checked and encoded a few at a time, and what the batcher
 * then has is numbers. All its rows are answered by one version.
 */
import { type Problem, problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import { BULK_PIECE_ROWS, MAX_BULK_ROWS } from '../limits.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import { fieldFaults } from '../validation.js';
import { BatchAnswer, type BatchFormat } from './batch-answer.js';
import type { Hold } from './bodies.js';
import { BodyFault, type OrderReader } from './order-reader.js';
import { RowMatrix } from './row-matrix.js';
import type { Job, Turns } from './turns.js';

/** A request with many orders, as its route hands it on. */
export interface Batch {
  readonly exchange: Exchange;
  readonly serving: Serving;
  readonly turns: Turns;
  readonly format: BatchFormat;
  /** @throws BodyFault */
  readonly open: () => OrderReader;
  /** Of the body. */
  readonly hold: Hold;
  /** Until when it is to be answered, of `performance.now`. */
  readonly deadlineMs: number;
}

interface Reading {
  readonly model: ServedModel;
  readonly reader: OrderReader;
  readonly matrix: RowMatrix;
  readonly orders: number[];
  readonly problems: Map<number, Problem>;
}

/** The reading of one body; when it is through, the rows are the batcher's and the answer is `BatchAnswer`'s. */
export class BatchJob implements Job {
  readonly #batch: Batch;
  #reading: Reading | undefined;
  #count = 0;

  constructor(batch: Batch) {
    this.#batch = batch;
  }

  step(): boolean {
    const { exchange, hold } = this.#batch;
    let goesOn: 'here' | 'elsewhere' | undefined;
    exchange.guard(() => {
      if (exchange.open) goesOn = this.#goOn();
    });
    if (goesOn === undefined) hold.release();
    return goesOn === 'here';
  }

  #goOn(): 'here' | 'elsewhere' | undefined {
    const { exchange } = this.#batch;
    try {
      const reading = this.#reading ?? this.#begin();
      if (reading === undefined) return undefined;
      if (this.#readSome(reading)) return 'here';
      return this.#handOver(reading);
    } catch (error) {
      if (!(error instanceof BodyFault)) throw error;
      exchange.sendProblem(error.problem);
      return undefined;
    }
  }

  #begin(): Reading | undefined {
    const { exchange, serving, open } = this.#batch;
    // A body that is wrong is told so also while there is no model.
    const reader = open();
    const model = serving.model;
    if (model === undefined) {
      exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`), RETRY_AFTER);
      return undefined;
    }
    const matrix = new RowMatrix(model.encoder.columns.length);
    this.#count = 0;
    this.#reading = { model, reader, matrix, orders: [], problems: new Map() };
    return this.#reading;
  }

  /** False at the end. */
  #readSome({ model, reader, matrix, orders, problems }: Reading): boolean {
    for (let rows = 0; rows < BULK_PIECE_ROWS; rows++) {
      const found = reader.next();
      if (found === 'end') return false;
      if (found === 'nothing') continue;
      const order = this.#count;
      if (order === MAX_BULK_ROWS) throw tooMany();
      this.#count += 1;
      if (reader.fault !== undefined) problems.set(order, reader.fault);
      else if (reader.order !== undefined) {
        const offset = matrix.grow();
        model.encoder.encode(reader.order, matrix.values, offset);
        orders.push(order);
      } else problems.set(order, wrongOrder(reader.value));
    }
    return true;
  }

  #handOver({ model, matrix, orders, problems }: Reading): 'here' | 'elsewhere' {
    const { exchange, serving, format, turns, hold, deadlineMs } = this.#batch;
    if (model !== serving.model && model !== serving.previous) {
      // It was replaced meanwhile, and takes no more rows: they are encoded anew, for its successor.
      this.#reading = undefined;
      return 'here';
    }
    const read = { count: this.#count, orders, problems };
    const answer = new BatchAnswer(exchange, { model, format, turns }, read, () => hold.release());
    if (matrix.rows > 0) model.batcher.submitRows(matrix, answer, deadlineMs);
    return 'elsewhere';
  }
}

function wrongOrder(value: unknown): Problem {
  const faults = fieldFaults(value);
  return problem('order_invalid', `Wrong: ${faults.map(({ path }) => path || 'the order').join(', ')}.`, faults);
}

function tooMany(): BodyFault {
  const detail = `A batch may have ${MAX_BULK_ROWS} orders; send the others in another.`;
  return new BodyFault(problem('body_too_large', detail));
}
