/**
 * Golden rows: raw orders with the minutes that the trained model gave for them in Python.
 * A worker serves only a model that gives the same through this program's encoder and ONNX Runtime.
 */
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { Encoder } from '../features/encoder.js';
import type { PartialOrder } from '../features/order.js';
import { PoolError } from './errors.js';
import type { ModelSession } from './session.js';

/** Minutes by which the graph's float32 sums may differ from Python's float64 ones. */
export const GOLDEN_TOLERANCE_MINUTES = 0.001;
/** How many golden rows a version carries. */
export const GOLDEN_ROWS = 64;

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

/**
 * Predicts every golden row and compares.
 * @param maxRows the largest batch that the session takes
 * @throws Error naming the first row that differs, with both answers.
 */
export async function checkGoldenRows(
  session: ModelSession,
  encoder: Encoder,
  golden: readonly GoldenRow[],
  maxRows: number,
): Promise<void> {
  const features = new Float32Array(maxRows * session.columns);
  const minutes = new Float32Array(maxRows);
  for (let start = 0; start < golden.length; start += maxRows) {
    const batch = golden.slice(start, start + maxRows);
    for (const [row, { order }] of batch.entries()) encoder.encode(order, features, row * session.columns);
    await session.run(features, batch.length, minutes);
    for (const [row, expected] of batch.entries()) compare(start + row, expected, minutes[row] ?? Number.NaN);
  }
}

function compare(index: number, { order, minutes }: GoldenRow, predicted: number): void {
  if (Math.abs(predicted - minutes) <= GOLDEN_TOLERANCE_MINUTES) return;
  throw new Error(
    `golden row ${index} (ID ${order.ID ?? 'missing'}) gives ${predicted} minutes here and ${minutes} in training`,
  );
}
