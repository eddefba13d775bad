/** The test rows of a version, as `test-orders.arrow` has them. */
import type { PartialOrder } from '../../features/order.js';
import { ordersOf } from '../orders.js';
import type { StageTable } from '../table.js';

/** What a version was judged on, and what it predicted, by row. */
export interface TestRows {
  /** [rows] */
  readonly orders: readonly PartialOrder[];
  /** [rows] minutes that the delivery took. */
  readonly actual: Float64Array;
  /** [rows] minutes */
  readonly predicted: Float64Array;
  /** [rows] predicted minus actual, minutes. */
  readonly residuals: Float64Array;
  /** [rows] the line of the raw file. */
  readonly lines: Float64Array;
  /** [rows] whether every input of the features in use is present. */
  readonly complete: readonly boolean[];
}

/** @throws PipelineError `data_invalid` where a column is missing or of another type */
export function testRowsOf(table: StageTable): TestRows {
  const actual = table.numbers('minutes');
  const predicted = table.numbers('predicted');
  return {
    orders: ordersOf(table),
    actual,
    predicted,
    residuals: predicted.map((minutes, row) => minutes - (actual[row] ?? Number.NaN)),
    lines: table.numbers('line'),
    complete: table.cells('complete', 'bool').map((cell) => cell === true),
  };
}
