/**
 * Golden rows: raw orders with the minutes that the trained model gave for them in Python.
 * A worker serves only a model that gives the same through this program's encoder and ONNX Runtime. They are encoded
 * once, where requests are; a worker gets the features, as of requests.
 */
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Encoder } from '../features/encoder.js';
import type { PartialOrder } from '../features/order.js';
import { PoolError } from './errors.js';
import type { GoldenMatrix } from './golden-check.js';

/** How many golden rows a version carries. */
export const GOLDEN_ROWS = 64;

/** One of the rows by which a model is known for the one that was trained. */
export interface GoldenRow {
  readonly order: PartialOrder;
  /** The trained model's answer in Python, float64. */
  readonly minutes: number;
}

const GoldenFile = Type.Array(
  Type.Object({
    order: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String(), Type.Null()])),
    minutes: Type.Number(),
  }),
  { minItems: 1 },
);
const validator = Compile(GoldenFile);

/**
 * `value`, as read from `golden.json`.
 * @throws PoolError `model_refused`
 */
export function parseGoldenRows(value: unknown): readonly GoldenRow[] {
  if (validator.Check(value)) return value as readonly GoldenRow[];
  const [fault] = validator.Errors(value);
  const where = fault === undefined ? '' : ` at '${fault.instancePath || '/'}': ${fault.message}`;
  throw new PoolError('model_refused', `golden.json is not a list of orders with their minutes${where}.`);
}

/** The golden rows as the encoder that will serve makes them. */
export function encodeGoldenRows(encoder: Encoder, golden: readonly GoldenRow[]): GoldenMatrix {
  const { length: columns } = encoder.columns;
  const features = new Float32Array(new SharedArrayBuffer(golden.length * columns * Float32Array.BYTES_PER_ELEMENT));
  for (const [row, { order }] of golden.entries()) encoder.encode(order, features, row * columns);
  return {
    features,
    minutes: Float64Array.from(golden, ({ minutes }) => minutes),
    names: golden.map(({ order }) => String(order.ID ?? 'missing')),
  };
}
