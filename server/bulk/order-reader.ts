/** Orders out of the body of a batch, one by one, so that a reader can stop between any two of them. */
import { isUtf8 } from 'node:buffer';
import type { Order } from '../../features/order.js';
import { type Problem, problem } from '../errors.js';
import { MAX_BODY_BYTES } from '../limits.js';
import { isOrder } from '../validation.js';

/** What `next` found: a row, which `order`, `value` or `fault` then has; nothing yet, but there is more; or the end. */
export type Found = 'row' | 'nothing' | 'end';

/** Goes through the body of a batch, order by order. */
export abstract class OrderReader {
  /** Of the last row: the order that it is; to be used before the next. Undefined where it is not known to be one. */
  order: Order | undefined;
  /** Of the last row, where it is not known to be an order: what its JSON says. */
  value: unknown;
  /** Of the last row: why it has no value; what it costs is the row alone. */
  fault: Problem | undefined;

  /** Goes on to the next row. @throws BodyFault where the body as a whole is not as it must be */
  abstract next(): Found;

  /** Takes what was read quickly as the row, if it is an order; what else it is, only its JSON tells. */
  protected takeIfOrder(read: unknown): boolean {
    if (!isOrder(read)) return false;
    this.order = read;
    this.value = undefined;
    this.fault = undefined;
    return true;
  }

  /** Takes what JSON says as the row. */
  protected takeValue(value: unknown): void {
    this.order = isOrder(value) ? value : undefined;
    this.value = value;
    this.fault = undefined;
  }

  /** Takes what stands in `body[start .. end)` as the row. */
  protected take(body: Buffer, start: number, end: number, isText: boolean): void {
    this.order = undefined;
    this.value = undefined;
    this.fault = undefined;
    if (end - start > MAX_BODY_BYTES) {
      this.fault = problem('body_too_large', `An order may have ${MAX_BODY_BYTES} bytes; this has ${end - start}.`);
      return;
    }
    if (!isText && !isUtf8(body.subarray(start, end))) {
      this.fault = problem('malformed_json', 'The order is not UTF-8.');
      return;
    }
    try {
      this.takeValue(JSON.parse(body.toString('utf8', start, end)));
    } catch (error) {
      this.fault = problem('malformed_json', `The order is not JSON: ${reasonOf(error)}.`);
    }
  }
}

/** A fault that leaves nothing of the body to be answered. */
export class BodyFault extends Error {
  override readonly name = 'BodyFault';
  readonly code = 'body_fault';
  readonly problem: Problem;

  constructor(fault: Problem) {
    super(fault.detail);
    this.problem = fault;
  }
}

/** What an error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
