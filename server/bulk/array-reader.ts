/**
 * A JSON array of orders. Orders as clients write them are read one by one from their bytes. Where the first is not so, a
 * short array is parsed at once; of a long one the bytes are gone through for where its elements end, and each is parsed
 * by itself, since `JSON.parse` cannot stop on the way.
 */
import { isUtf8 } from 'node:buffer';
import { describe } from '../describe.js';
import { problem } from '../errors.js';
import { BULK_PARSED_AT_ONCE_BYTES, BULK_SCAN_BYTES } from '../limits.js';
import { type BodyWindow, readOrderAt } from '../order-reader/order-reader.js';
import { BodyFault, type Found, OrderReader, reasonOf } from './order-reader.js';

/** @throws BodyFault */
export function arrayReader(body: Buffer): OrderReader {
  if (!isUtf8(body)) throw notJson('The body is not UTF-8.');
  const isShort = body.length <= BULK_PARSED_AT_ONCE_BYTES;
  return isShort && !beginsAsUsual(body) ? new ParsedReader(body) : new ElementReader(body);
}

class ParsedReader extends OrderReader {
  readonly #rows: readonly unknown[];
  #row = 0;

  constructor(body: Buffer) {
    super();
    const rows: unknown = parse(body);
    if (!Array.isArray(rows)) throw noArray(describe(rows));
    this.#rows = rows;
  }

  next(): Found {
    if (this.#row === this.#rows.length) return 'end';
    this.takeValue(this.#rows[this.#row]);
    this.#row += 1;
    return 'row';
  }
}

function beginsAsUsual(body: Buffer): boolean {
  const first = afterSpace(body, 0);
  return body[first] === OPEN_ARRAY && readOrderAt(body, first + 1, { start: 0, end: 0 }) !== undefined;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw notJson(`The body is not JSON: ${reasonOf(error)}.`);
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const SPACES: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** Where the elements end is told by brackets and strings; whether one is JSON, by parsing it. */
class ElementReader extends OrderReader {
  readonly #body: Buffer;
  #at: number;
  /** Where the element begins that is gone through. */
  #start: number;
  readonly #window: BodyWindow = { start: 0, end: 0 };
  #depth = 0;
  #inString = false;
  #rows = 0;
  #ended = false;

  constructor(body: Buffer) {
    super();
    this.#body = body;
    const first = afterSpace(body, 0);
    if (first === body.length) throw notJson('The body is not JSON: it is empty.');
    if (body[first] !== OPEN_ARRAY) throw noArray('something else');
    this.#at = first + 1;
    this.#start = first + 1;
  }

  next(): Found {
    if (this.#ended) return 'end';
    if (this.#at === this.#start && this.#readsQuickly()) return 'row';
    const stop = Math.min(this.#at + BULK_SCAN_BYTES, this.#body.length);
    while (this.#at < stop) {
      const byte = this.#body[this.#at] as number;
      if (this.#inString) this.#passInString(byte);
      else if (this.#depth === 0 && (byte === COMMA || byte === CLOSE_ARRAY)) return this.#element(byte);
      else this.#pass(byte);
      this.#at += 1;
    }
    if (this.#at >= this.#body.length) throw notJson('The body is not JSON: its array is not closed.');
    return 'nothing';
  }

  /** Whether an order as usual begins here, which is then the row. */
  #readsQuickly(): boolean {
    const read = readOrderAt(this.#body, this.#start, this.#window);
    if (read === undefined || !this.takeIfOrder(read.order)) return false;
    const end = afterSpace(this.#body, read.end);
    const byte = this.#body[end];
    if (byte !== COMMA && byte !== CLOSE_ARRAY) return false;
    this.#at = end;
    this.#endElement(byte);
    this.#rows += 1;
    return true;
  }

  #passInString(byte: number): void {
    if (byte === BACKSLASH) this.#at += 1;
    else if (byte === QUOTE) this.#inString = false;
  }

  #pass(byte: number): void {
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth += 1;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      this.#depth -= 1;
      if (this.#depth < 0) throw notJson(`The body is not JSON: a bracket too many at byte ${this.#at}.`);
    }
  }

  /** The element that ends before `byte`, a comma or the bracket that closes the array. */
  #element(byte: number): Found {
    const end = this.#at;
    const start = this.#start;
    this.#endElement(byte);
    if (this.#ended && this.#rows === 0 && afterSpace(this.#body, start) === end) return 'end';
    this.#rows += 1;
    this.take(this.#body, start, end, true);
    // What is no JSON in an array leaves no array.
    if (this.fault?.code === 'malformed_json') throw notJson(`Of the body, order ${this.#rows}: ${this.fault.detail}`);
    return 'row';
  }

  /** Goes on behind `byte`, which ends the element. */
  #endElement(byte: number): void {
    this.#at += 1;
    this.#start = this.#at;
    if (byte !== CLOSE_ARRAY) return;
    this.#ended = true;
    if (afterSpace(this.#body, this.#at) < this.#body.length) {
      throw notJson(`The body is not JSON: there is more after the array, at byte ${this.#at}.`);
    }
  }
}

/** The first place from `at` on that has no white space of JSON. */
function afterSpace(body: Buffer, at: number): number {
  let next = at;
  while (next < body.length && SPACES.has(body[next] as number)) next += 1;
  return next;
}

function notJson(detail: string): BodyFault {
  return new BodyFault(problem('malformed_json', detail));
}

function noArray(given: string): BodyFault {
  const fault = { path: '', given, allowed: 'a JSON array of orders' };
  return new BodyFault(problem('order_invalid', 'Wrong: the body.', [fault]));
}
