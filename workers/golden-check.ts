/** Whether a model gives its golden rows their minutes: all that a worker needs for that, and no more to load than that. */
import type { ModelSession } from './session.js';

/** Minutes by which the graph's float32 sums may differ from Python's float64 ones. */
export const GOLDEN_TOLERANCE_MINUTES = 0.001;

/** Golden rows as the encoder that will serve makes them; plain data, that all workers can see. */
export interface GoldenMatrix {
  /** [rows, columns] */
  readonly features: Float32Array;
  /** [rows], of training. */
  readonly minutes: Float64Array;
  /** [rows], of the orders. */
  readonly names: readonly string[];
}

/** What is asked for the golden rows: a loaded graph. */
export type GoldenModel = Pick<ModelSession, 'columns' | 'run'>;

/**
 * Predicts every golden row and compares.
 * @param maxRows the largest batch that the session takes
 * @throws Error naming the first row that differs, with both answers.
 */
export async function checkGoldenRows(session: GoldenModel, golden: GoldenMatrix, maxRows: number): Promise<void> {
  const minutes = new Float32Array(maxRows);
  const { columns } = session;
  for (let start = 0; start < golden.minutes.length; start += maxRows) {
    const rows = Math.min(maxRows, golden.minutes.length - start);
    await session.run(golden.features.subarray(start * columns, (start + rows) * columns), rows, minutes);
    for (let row = 0; row < rows; row++) compare(golden, start + row, minutes[row] ?? Number.NaN);
  }
}

function compare({ minutes, names }: GoldenMatrix, row: number, predicted: number): void {
  const wanted = minutes[row] ?? Number.NaN;
  if (Math.abs(predicted - wanted) <= GOLDEN_TOLERANCE_MINUTES) return;
  throw new Error(`golden row ${row} (ID ${names[row]}) gives ${predicted} minutes here and ${wanted} in training`);
}
