/**
 * Reads an order from the bytes of a body, as JSON.parse would: an order's keys are known, so that none has to be made a
 * string and looked up, and the same words come again and again. What it does not read gives undefined, and is then for
 * JSON.parse: escapes, letters beyond ASCII, numbers with an exponent or many digits, nested values, faults.
 */
import { CATALOGUE, inputsOf } from '../../features/catalogue.js';
import { ORDER_FIELDS, type OrderField } from '../../features/order.js';

type Value = string | number | null;

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const LOWER_N = 0x6e;
const LOWER_E = 0x65;
const UPPER_E = 0x45;
const TAB = 0x09;
const LINE_FEED = 0x0a;
const RETURN = 0x0d;
const SPACE = 0x20;
const DELETE = 0x7f;

/** Words that are remembered of each field. */
const PLACES_OF_A_FIELD = 256;
/** Longer words are seldom said twice. */
const LONGEST_WORD = 24;
/** A whole number of so many digits is exact in a double, and so is this power of ten: their quotient is rounded once. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

const NULL = Uint8Array.from(Buffer.from('null'));

interface Word {
  /** With the quote that ends it. */
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** All fields at all times, so that whoever reads them finds objects of one shape. */
type Fields = Record<OrderField, Value>;

/** A store for each field by its name; by a name that is looked up, each would take as long as reading its value. */
const storeFields = new Function(
  'order',
  'values',
  ORDER_FIELDS.map((name, field) => `order.${name} = values[${field}];`).join(''),
) as (order: Fields, values: readonly Value[]) => void;

const NOT_READ = -1;
const KEYS: readonly Uint8Array[] = ORDER_FIELDS.map((name) => Uint8Array.from(Buffer.from(`"${name}"`)));
/** By field, whether it is an input of any feature. The others are identifiers, with another text in each order. */
const IS_INPUT: readonly boolean[] = ORDER_FIELDS.map((name) => inputsOf(CATALOGUE).includes(name));

/** What is read now, and what is remembered. */
const order = Object.fromEntries(ORDER_FIELDS.map((name) => [name, null])) as Fields;
const values: Value[] = ORDER_FIELDS.map(() => null);
const words: (Word | undefined)[] = new Array(ORDER_FIELDS.length * PLACES_OF_A_FIELD).fill(undefined);

/**
 * The order's fields with null for those that are absent; undefined where the body is for JSON.parse. A text in a field
 * that is no input of any feature is read and not kept: it is given as ''. The object is used again by the next call.
 */
export function readOrder(bytes: Uint8Array): Readonly<Fields> | undefined {
  for (let field = 0; field < values.length; field++) values[field] = null;
  let at = skipSpace(bytes, 0);
  if (bytes[at] !== OPEN) return undefined;
  let field = NOT_READ;
  // Most bodies have no spaces, and the engine does not inline all that is called here: hence the comparisons first.
  do {
    at += 1;
    if ((bytes[at] as number) <= SPACE) at = skipSpace(bytes, at);
    field = fieldAt(bytes, at, field + 1);
    if (field === NOT_READ) return undefined;
    at += (KEYS[field] as Uint8Array).length;
    if ((bytes[at] as number) <= SPACE) at = skipSpace(bytes, at);
    if (bytes[at] !== COLON) return undefined;
    at += 1;
    if ((bytes[at] as number) <= SPACE) at = skipSpace(bytes, at);
    const byte = bytes[at];
    if (byte === QUOTE) at = readText(bytes, at + 1, field);
    else at = byte === LOWER_N ? readNull(bytes, at, field) : readNumber(bytes, at, field);
    if (at === NOT_READ) return undefined;
    if ((bytes[at] as number) <= SPACE) at = skipSpace(bytes, at);
  } while (bytes[at] === COMMA);
  if (bytes[at] !== CLOSE || skipSpace(bytes, at + 1) !== bytes.length) return undefined;
  storeFields(order, values);
  return order;
}

/** The field whose key is at `at`; most orders have them in one sequence, so that `expected` is tried first. */
function fieldAt(bytes: Uint8Array, at: number, expected: number): number {
  const key = KEYS[expected];
  if (key !== undefined) {
    let index = 0;
    while (index < key.length && bytes[at + index] === key[index]) index += 1;
    if (index === key.length) return expected;
  }
  for (let field = 0; field < KEYS.length; field++) if (isAt(bytes, at, KEYS[field] as Uint8Array)) return field;
  return NOT_READ;
}

/** Reads the value at `at` into `field`, as the functions below; gives where it ends. */
function readNull(bytes: Uint8Array, at: number, field: number): number {
  values[field] = null;
  return isAt(bytes, at, NULL) ? at + NULL.length : NOT_READ;
}

function readText(bytes: Uint8Array, start: number, field: number): number {
  if (!IS_INPUT[field]) {
    values[field] = '';
    return endOfText(bytes, start);
  }
  const place = placeOf(bytes, start, field);
  const known = words[place];
  if (known !== undefined && isAt(bytes, start, known.bytes)) {
    values[field] = known.text;
    return start + known.bytes.length;
  }
  const end = endOfText(bytes, start);
  if (end === NOT_READ) return NOT_READ;
  const text = textOf(bytes, start, end - 1);
  values[field] = text;
  // A copy: the bytes of a body are another's when it is answered.
  if (end - start <= LONGEST_WORD) words[place] = { bytes: new Uint8Array(bytes.subarray(start, end)), text };
  return end;
}

/** Where a text of that field is remembered: its first letters tell words, days and times apart, mostly. */
function placeOf(bytes: Uint8Array, start: number, field: number): number {
  const begin = (bytes[start] as number) * 31 + (bytes[start + 1] as number);
  const later = (bytes[start + 3] as number) * 31 + (bytes[start + 4] as number);
  return field * PLACES_OF_A_FIELD + ((begin * 7 + later) & (PLACES_OF_A_FIELD - 1));
}

/** Where the text that begins at `start` is over, behind its quote. */
function endOfText(bytes: Uint8Array, start: number): number {
  let end = start;
  let byte = bytes[end] as number;
  while (byte !== QUOTE) {
    // At the end of the bytes it is no number, and neither of the first two.
    if (!(byte >= SPACE && byte < DELETE) || byte === BACKSLASH) return NOT_READ;
    end += 1;
    byte = bytes[end] as number;
  }
  return end + 1;
}

function readNumber(bytes: Uint8Array, start: number, field: number): number {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let at = first;
  let digits = 0;
  let byte = bytes[at] as number;
  while (byte >= ZERO && byte <= NINE) {
    digits = digits * 10 + (byte - ZERO);
    at += 1;
    byte = bytes[at] as number;
  }
  const whole = at - first;
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return NOT_READ;
  let fraction = 0;
  if (byte === DOT) {
    const point = at;
    at += 1;
    byte = bytes[at] as number;
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      at += 1;
      byte = bytes[at] as number;
    }
    fraction = at - point - 1;
    if (fraction === 0) return NOT_READ;
  }
  if (whole + fraction > EXACT_DIGITS || byte === LOWER_E || byte === UPPER_E) return NOT_READ;
  const value = digits / (POWERS_OF_TEN[fraction] as number);
  values[field] = isNegative ? -value : value;
  return at;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  let byte = bytes[at];
  while (byte === SPACE || byte === LINE_FEED || byte === RETURN || byte === TAB) {
    at += 1;
    byte = bytes[at];
  }
  return at;
}

function isAt(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let index = 0; index < wanted.length; index++) if (bytes[at + index] !== wanted[index]) return false;
  return true;
}

/** Of bytes that are all ASCII. */
function textOf({ buffer, byteOffset }: Uint8Array, start: number, end: number): string {
  return Buffer.from(buffer, byteOffset + start, end - start).toString('latin1');
}
