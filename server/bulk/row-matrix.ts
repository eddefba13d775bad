/** The encoded rows of one request, as the batcher takes them: numbers alone, whatever they were made of. */
import type { RowSource } from '../batching/reply.js';
import { MAX_BULK_ROWS } from '../limits.js';

/** Room for so many rows is there from the start; it doubles. */
const FIRST_ROWS = 128;

/** Rows of float32, [rows, columns], that may grow up to `MAX_BULK_ROWS`. */
export class RowMatrix implements RowSource {
  readonly #columns: number;
  #values: Float32Array;
  #rows = 0;

  /** @param values of rows that are there already, [rows, columns] */
  constructor(columns: number, values?: Float32Array) {
    this.#columns = columns;
    this.#values = values ?? new Float32Array(FIRST_ROWS * columns);
    if (values !== undefined) this.#rows = values.length / columns;
  }

  get rows(): number {
    return this.#rows;
  }

  /** Makes room for one more row: where its values are to be written, of `values`. */
  grow(): number {
    const offset = this.#rows * this.#columns;
    if (offset === this.#values.length) {
      const rows = Math.min(2 * this.#rows, MAX_BULK_ROWS);
      const values = new Float32Array(rows * this.#columns);
      values.set(this.#values);
      this.#values = values;
    }
    this.#rows += 1;
    return offset;
  }

  /** All rows, one behind the other; another array after `grow`. */
  get values(): Float32Array {
    return this.#values;
  }

  encode(row: number, out: Float32Array, offset: number): void {
    const values = this.#values;
    const start = row * this.#columns;
    for (let column = 0; column < this.#columns; column++) out[offset + column] = values[start + column] as number;
  }
}
