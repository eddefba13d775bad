/** Rows of numbers as they come in JSON or CSV, into the float32 that the model takes. */
import { describe } from '../describe.js';
import { MAX_BULK_ROWS } from '../limits.js';
import { DoorFault, invalid } from './door-fault.js';

/** @throws DoorFault 413; 400 where there is none */
export function checkRows(rows: number): void {
  if (rows < 1) throw invalid('There are no rows; at least one is needed.');
  if (rows > MAX_BULK_ROWS) {
    throw new DoorFault(413, `There are ${rows} rows; a request may have ${MAX_BULK_ROWS}.`);
  }
}

/** Writes a number that float32 can hold. @param name of its column @throws DoorFault naming row and column */
export function writeNumber(values: Float32Array, index: number, value: unknown, row: number, name: string): void {
  if (typeof value === 'number') {
    values[index] = value;
    if (Number.isFinite(values[index])) return;
  }
  throw invalid(`Row ${row}, column ${name}: it must be a finite number of float32; it was ${describe(value)}.`);
}

/** `Array.isArray`, which would let any type in. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
