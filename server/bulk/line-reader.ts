/** Newline-delimited JSON: an order a line; lines without any are passed over. */
import { isUtf8 } from 'node:buffer';
import { MAX_BODY_BYTES } from '../limits.js';
import { readOrder } from '../order-reader/order-reader.js';
import { type Found, OrderReader } from './order-reader.js';

const LINE_FEED = 0x0a;
const [SPACE, TAB, CARRIAGE_RETURN] = [0x20, 0x09, 0x0d];

/** Reads orders out of lines. */
export class LineReader extends OrderReader {
  readonly #body: Buffer;
  readonly #isText: boolean;
  #at = 0;

  constructor(body: Buffer) {
    super();
    this.#body = body;
    this.#isText = isUtf8(body);
  }

  next(): Found {
    const body = this.#body;
    if (this.#at >= body.length) return 'end';
    const start = this.#at;
    const found = body.indexOf(LINE_FEED, start);
    const end = found === -1 ? body.length : found;
    this.#at = end + 1;
    if (end - start <= MAX_BODY_BYTES) {
      if (this.takeIfOrder(readOrder(body.subarray(start, end)))) return 'row';
      if (isBlank(body, start, end)) return 'nothing';
    }
    this.take(body, start, end, this.#isText);
    return 'row';
  }
}

function isBlank(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = body[at];
    if (byte !== SPACE && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}
