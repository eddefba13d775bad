/**
 * Reads an order from the bytes of a body, as JSON.parse would: an order's keys are known, so that none has to be made a
 * string and looked up, and the same words come again and again. What it does not read gives undefined, and is then for
 * JSON.parse: escapes, letters beyond ASCII, numbers with an exponent or many digits, nested values, faults.
 */
import { ORDER_FIELDS, type OrderField } from '../../features/order.js';
import { MAX_BODY_BYTES, USUAL_ORDER_BYTES } from '../limits.js';
import { ABSENT, bodyBytes, ends, found, NUMBER, numbers, places, remember, scan, starts, TEXT } from './scanner.js';

type Value = string | number | null;

/** All fields at all times, so that whoever reads them finds objects of one shape. */
type Fields = Record<OrderField, Value>;

/** A store for each field by its name; by a name that is looked up, each would take as long as reading its value. */
const storeFields = new Function(
  'order',
  'values',
  ORDER_FIELDS.map((name, field) => `order.${name} = values[${field}];`).join(''),
) as (order: Fields, values: readonly Value[]) => void;

const order = Object.fromEntries(ORDER_FIELDS.map((name) => [name, null])) as Fields;
const values: Value[] = ORDER_FIELDS.map(() => null);
/** By place, the words that the scanner knows. */
const words: string[] = new Array(places).fill('');

/**
 * The order's fields with null for those that are absent; undefined where the body is for JSON.parse. A text in a field
 * that is no input of any feature is read and not kept: it is given as ''. The object is used again by the next call.
 */
export function readOrder(bytes: Uint8Array): Readonly<Fields> | undefined {
  if (bytes.length > bodyBytes.length) return undefined;
  bodyBytes.set(bytes);
  window = undefined;
  return bytes.length > 0 && scan(0, bytes.length) === bytes.length ? take() : undefined;
}

/** An order among others. */
export interface OrderAmongOthers {
  /** As of `readOrder`. */
  readonly order: Readonly<Fields>;
  /** The byte behind it, or behind some or all of the white space that follows. */
  readonly end: number;
}
const amongOthers = { order, end: 0 };

/** Which bytes of a body the scanner's memory holds: begun with none, kept by who reads that body, used by no other. */
export interface BodyWindow {
  start: number;
  end: number;
}
/** Whose body it is that the scanner's memory holds a part of. */
let window: BodyWindow | undefined;

/**
 * The order that begins at byte `start` of `bytes`, as `readOrder`, if it is not unusually long. The result is used again.
 * @param kept that of `bytes`: many orders are copied at once, as long as nobody reads another body between them
 */
export function readOrderAt(bytes: Uint8Array, start: number, kept: BodyWindow): OrderAmongOthers | undefined {
  const mayBeCutOff = start + USUAL_ORDER_BYTES > kept.end && kept.end < bytes.length;
  if (window !== kept || start < kept.start || mayBeCutOff) {
    kept.start = start;
    kept.end = Math.min(start + MAX_BODY_BYTES, bytes.length);
    bodyBytes.set(bytes.subarray(start, kept.end));
    window = kept;
  }
  const end = start < kept.end ? scan(start - kept.start, kept.end - kept.start) : 0;
  if (end === 0) return undefined;
  take();
  amongOthers.end = kept.start + end;
  return amongOthers;
}

function take(): Readonly<Fields> {
  for (let field = 0; field < values.length; field++) values[field] = valueIn(field);
  storeFields(order, values);
  return order;
}

function valueIn(field: number): Value {
  const what = found[field] as number;
  if (what >= 0) return words[what] as string;
  if (what === NUMBER) return numbers[field] as number;
  if (what === ABSENT) return null;
  return what === TEXT ? '' : newWord(field);
}

function newWord(field: number): string {
  const start = starts[field] as number;
  const end = ends[field] as number;
  // All of it is ASCII. The bytes are those of the scanner, which the next body is written over; a string is a copy.
  const word = Buffer.from(bodyBytes.buffer, bodyBytes.byteOffset + start, end - 1 - start).toString('latin1');
  const place = remember(field);
  if (place >= 0) words[place] = word;
  return word;
}
