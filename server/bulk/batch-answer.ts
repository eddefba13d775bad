/** The answers to the orders of one batch: kept until all are there, then written in pieces. */
import type { FailureCode, Reply } from '../batching/reply.js';
import { type Problem, problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import { BULK_WRITTEN_ROWS } from '../limits.js';
import type { ServedModel } from '../served-model.js';
import type { Job, Turns } from './turns.js';

/** How the answers stand in the body. */
export interface BatchFormat {
  readonly contentType: string;
  readonly before: string;
  readonly between: string;
  readonly after: string;
}

/** One JSON object, whose `predictions` are the answers. */
export const JSON_FORMAT: BatchFormat = {
  contentType: 'application/json',
  before: '{"predictions":[',
  between: ',',
  after: ']}',
};
/** An answer a line. */
export const LINES_FORMAT: BatchFormat = {
  contentType: 'application/x-ndjson',
  before: '',
  between: '\n',
  after: '\n',
};

/** The orders of a batch as they were read: those that are rows of the model, and what is wrong with the others. */
export interface ReadOrders {
  /** Orders in all. */
  readonly count: number;
  /** By row of the model: which order it is. */
  readonly orders: readonly number[];
  /** By order. */
  readonly problems: Map<number, Problem>;
}

/** Gathers the answers of one batch of orders, and writes them when the last is there. */
export class BatchAnswer implements Reply, Job {
  readonly #exchange: Exchange;
  readonly #model: ServedModel;
  readonly #format: BatchFormat;
  readonly #read: ReadOrders;
  readonly #turns: Turns;
  /** By order. */
  readonly #minutes: Float64Array;
  #left: number;
  #failed = 0;
  /** The one reason for which rows failed; undefined where there are several, or none yet. */
  #failure: FailureCode | undefined;
  #written = 0;
  readonly #parts: Buffer[] = [];

  /** @param onDone is called when all is sent, or its client has gone */
  constructor(
    exchange: Exchange,
    { model, format, turns }: { model: ServedModel; format: BatchFormat; turns: Turns },
    read: ReadOrders,
    onDone: () => void,
  ) {
    this.#exchange = exchange;
    this.#model = model;
    this.#format = format;
    this.#turns = turns;
    this.#read = read;
    exchange.onOver(onDone);
    this.#minutes = new Float64Array(read.count);
    this.#left = read.orders.length;
    if (this.#left === 0) turns.add(this);
  }

  /** False once the client has gone. */
  get wanted(): boolean {
    return this.#exchange.open;
  }

  deliver(row: number, minutes: number): void {
    this.#minutes[this.#read.orders[row] as number] = minutes;
    this.#oneLess();
  }

  fail(row: number, code: FailureCode, reason: string): void {
    this.#read.problems.set(this.#read.orders[row] as number, problem(code, reason));
    this.#failure = this.#failed === 0 || this.#failure === code ? code : undefined;
    this.#failed += 1;
    this.#oneLess();
  }

  #oneLess(): void {
    this.#left -= 1;
    if (this.#left === 0) this.#turns.add(this);
  }

  /** Writes some of the answers; sends them when all are written. */
  step(): boolean {
    return this.#exchange.open && this.#write();
  }

  #write(): boolean {
    const { count, problems, orders } = this.#read;
    if (this.#failed > 0 && this.#failed === orders.length && this.#failure !== undefined) {
      const [one] = orders;
      const reason = problems.get(one ?? 0)?.detail ?? '';
      const headers = this.#failure === 'prediction_timeout' ? [] : RETRY_AFTER;
      this.#exchange.sendProblem(problem(this.#failure, reason), headers);
      return false;
    }
    const end = Math.min(this.#written + BULK_WRITTEN_ROWS, count);
    const text = this.#text(this.#written, end);
    this.#written = end;
    if (end === count && this.#parts.length === 0) {
      this.#exchange.send(200, this.#format.contentType, text, this.#model.versionHeaders);
      return false;
    }
    this.#parts.push(Buffer.from(text));
    if (end < count) return true;
    this.#exchange.sendLong(200, this.#format.contentType, Buffer.concat(this.#parts), this.#model.versionHeaders);
    return false;
  }

  #text(start: number, end: number): string {
    const { before, between, after } = this.#format;
    const { count, problems } = this.#read;
    let text = start === 0 ? before : '';
    for (let order = start; order < end; order++) {
      if (order > 0) text += between;
      const fault = problems.size === 0 ? undefined : problems.get(order);
      if (fault === undefined) {
        text += `{"estimated_delivery_minutes":${Math.round((this.#minutes[order] as number) * 100) / 100}}`;
      } else text += `{"problem":${JSON.stringify(fault)}}`;
    }
    return end === count && (count > 0 || before !== '') ? text + after : text;
  }
}
