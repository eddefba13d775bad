/** Whether a prediction means what it says: what deliveries took, among those of which about as much was predicted. */
import { mean, standardError } from '../slices.js';

/** Test rows with like predictions; minutes. */
export interface CalibrationBin {
  /** The least and the greatest prediction in it, minutes. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly mean_predicted: number;
  readonly mean_actual: number;
  /** Mean of predicted minus actual: above 0, deliveries are quicker than predicted. */
  readonly bias: number;
  /** Of that mean; null of a single row. */
  readonly bias_standard_error: number | null;
}

/**
 * Bins of about as many rows each, in the order of the predictions. Equal predictions, of which a tree makes many, are
 * never parted, so that bins may be fewer and larger.
 * @param predicted [rows] minutes
 * @param actual [rows] minutes
 */
export function calibration(predicted: ArrayLike<number>, actual: ArrayLike<number>, bins: number): CalibrationBin[] {
  const rows = Array.from(predicted, (minutes, row) => ({ predicted: minutes, actual: actual[row] ?? Number.NaN }));
  rows.sort((a, b) => a.predicted - b.predicted);
  const wanted = Math.ceil(rows.length / bins);
  const found: CalibrationBin[] = [];
  let start = 0;
  while (start < rows.length) {
    let end = Math.min(start + wanted, rows.length);
    while (end < rows.length && rows[end]?.predicted === rows[end - 1]?.predicted) end += 1;
    found.push(binOf(rows.slice(start, end)));
    start = end;
  }
  return found;
}

function binOf(rows: readonly { readonly predicted: number; readonly actual: number }[]): CalibrationBin {
  const residuals = rows.map(({ predicted, actual }) => predicted - actual);
  return {
    from: rows[0]?.predicted ?? Number.NaN,
    to: rows.at(-1)?.predicted ?? Number.NaN,
    rows: rows.length,
    mean_predicted: mean(rows.map(({ predicted }) => predicted)),
    mean_actual: mean(rows.map(({ actual }) => actual)),
    bias: mean(residuals),
    bias_standard_error: standardError(residuals),
  };
}
