/** Orders as JSON text, and how many of them one request takes. */
import { OrderNotJsonError } from './errors.js';
import { BATCH_MAX_BYTES, BATCH_MAX_ROWS } from './limits.js';
import type { components } from './openapi.js';

/** What is known of a delivery. The four coordinates are required. */
export type Order = components['schemas']['Order'];

/** @throws OrderNotJsonError */
export function textOf(order: Order): string {
  try {
    // What JSON has no word for, such as a function, is told by the server to be no order.
    return JSON.stringify(order) ?? 'null';
  } catch (error) {
    throw new OrderNotJsonError(error);
  }
}

/** What an order adds to the body of a request: its text, and a comma or bracket. */
export function bytesOf(text: string): number {
  return Buffer.byteLength(text) + 1;
}

/** The orders, in pieces of which each fits into one request. */
export function* inPieces(texts: readonly string[]): Generator<readonly string[]> {
  let start = 0;
  // For the bracket that is one more than there are commas.
  let bytes = 1;
  for (const [index, text] of texts.entries()) {
    const size = bytesOf(text);
    if (index > start && (index - start === BATCH_MAX_ROWS || bytes + size > BATCH_MAX_BYTES)) {
      yield texts.slice(start, index);
      start = index;
      bytes = 1;
    }
    bytes += size;
  }
  if (start < texts.length) yield texts.slice(start);
}
