/** The compiled scanner (`assembly/scan.ts`) and its memory, with all written into it that it knows of orders. */
import { readFileSync } from 'node:fs';
import { CATALOGUE, inputsOf } from '../../features/catalogue.js';
import { ORDER_FIELDS } from '../../features/order.js';

/** What is used of the WebAssembly that Node has; its types have none of it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

interface Constant {
  readonly value: number;
}

/** What `assembly/scan.ts` exports: constants, addresses in its memory, and its functions. */
interface Scan {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly MAX_FIELDS: Constant;
  readonly KEY_BYTES: Constant;
  readonly PLACES_OF_A_FIELD: Constant;
  readonly MAX_BODY_BYTES: Constant;
  readonly EXACT_DIGITS: Constant;
  readonly ABSENT: Constant;
  readonly NUMBER: Constant;
  readonly TEXT: Constant;
  readonly keys: Constant;
  readonly keyLengths: Constant;
  readonly wanted: Constant;
  readonly powersOfTen: Constant;
  readonly body: Constant;
  readonly found: Constant;
  readonly numbers: Constant;
  readonly starts: Constant;
  readonly ends: Constant;
  scan(start: number, end: number, fields: number): number;
  remember(field: number): number;
}

const code = readFileSync(new URL('./assembly/scan.wasm', import.meta.url));
// It was compiled from the file beside it, whose exports these are.
const wasm = new WebAssembly.Instance(new WebAssembly.Module(code)).exports as Scan;
const { buffer } = wasm.memory;
const fields = ORDER_FIELDS.length;

/** Where a body is to be put; a longer one is not for the scanner. */
export const bodyBytes = new Uint8Array(buffer, wasm.body.value, wasm.MAX_BODY_BYTES.value);
/** By field: `ABSENT`, `NUMBER`, `TEXT`, the place of a word, or otherwise a word that is new. */
export const found = new Int32Array(buffer, wasm.found.value, fields);
/** By field, where a number was found: which. */
export const numbers = new Float64Array(buffer, wasm.numbers.value, fields);
/** By field, where a word was found that is new: the byte of the body at which it begins. */
export const starts = new Int32Array(buffer, wasm.starts.value, fields);
/** By field, where a word was found that is new: the byte behind the quote that ends it. */
export const ends = new Int32Array(buffer, wasm.ends.value, fields);
/** Places for words there are, of all fields. */
export const places = fields * wasm.PLACES_OF_A_FIELD.value;

/** Null, or no such field. */
export const ABSENT = wasm.ABSENT.value;
/** A number, which `numbers` has. */
export const NUMBER = wasm.NUMBER.value;
/** In a field that is no input of any feature: the others' texts are identifiers, each order with another. */
export const TEXT = wasm.TEXT.value;

/**
 * Reads the order that begins at byte `start` of the first `end` bytes of the body. Gives the byte behind it and what white
 * space follows; 0 where it is for JSON.parse.
 */
export function scan(start: number, end: number): number {
  return wasm.scan(start, end, fields);
}

/** The place at which the new word of that field is remembered from now on; -1 where it is too long for that. */
export function remember(field: number): number {
  return wasm.remember(field);
}

tellOfOrders();

function tellOfOrders(): void {
  if (fields > wasm.MAX_FIELDS.value) throw new RangeError(`The scanner has room for ${wasm.MAX_FIELDS.value} fields.`);
  const keys = new Uint8Array(buffer, wasm.keys.value, fields * wasm.KEY_BYTES.value);
  const keyLengths = new Int32Array(buffer, wasm.keyLengths.value, fields);
  const wanted = new Int32Array(buffer, wasm.wanted.value, fields);
  const inputs = new Set<string>(inputsOf(CATALOGUE));
  for (const [field, name] of ORDER_FIELDS.entries()) {
    const key = Buffer.from(`"${name}"`);
    if (key.length > wasm.KEY_BYTES.value) throw new RangeError(`The scanner has no room for the key ${name}.`);
    keys.set(key, field * wasm.KEY_BYTES.value);
    keyLengths[field] = key.length;
    wanted[field] = inputs.has(name) ? 1 : 0;
  }
  const powersOfTen = new Float64Array(buffer, wasm.powersOfTen.value, wasm.EXACT_DIGITS.value + 1);
  for (const exponent of powersOfTen.keys()) powersOfTen[exponent] = 10 ** exponent;
}
