/** How far predictions are from what happened, in minutes. Pure functions over two equally long lists. */
import Type from 'typebox';

/** What predictions were worth on some rows; minutes, but for `rows`, `r2` and `extreme_errors`. */
export const Metrics = Type.Object({
  rows: Type.Number(),
  /** Share of the variance explained; 1 is perfect. */
  r2: Type.Number(),
  /** Mean absolute error. */
  mae: Type.Number(),
  /** Root of the mean squared error. */
  rmse: Type.Number(),
  median_absolute_error: Type.Number(),
  p95_absolute_error: Type.Number(),
  largest_error: Type.Number(),
  /** Rows whose absolute error is over `extreme_error_threshold`. */
  extreme_errors: Type.Number(),
  extreme_error_threshold: Type.Number(),
});
export type Metrics = Type.Static<typeof Metrics>;

/**
 * The metrics of predictions. Over no rows they are no numbers, nor is `r2` where all took the same time.
 * @param actual [rows] minutes that the deliveries took
 * @param predicted [rows] minutes
 * @param threshold minutes above which an error is extreme
 */
export function computeMetrics(actual: ArrayLike<number>, predicted: ArrayLike<number>, threshold: number): Metrics {
  const rows = actual.length;
  const errors = Float64Array.from(actual, (minutes, row) => Math.abs((predicted[row] ?? Number.NaN) - minutes));
  const mean = sum(Float64Array.from(actual)) / rows;
  const squares = sum(errors.map((error) => error * error));
  const variance = sum(Float64Array.from(actual, (minutes) => (minutes - mean) ** 2));
  const sorted = errors.toSorted();
  return {
    rows,
    r2: 1 - squares / variance,
    mae: sum(errors) / rows,
    rmse: Math.sqrt(squares / rows),
    median_absolute_error: quantile(sorted, 0.5),
    p95_absolute_error: quantile(sorted, 0.95),
    largest_error: sorted[rows - 1] ?? Number.NaN,
    extreme_errors: errors.filter((error) => error > threshold).length,
    extreme_error_threshold: threshold,
  };
}

/**
 * The quantile at `share`, interpolated between neighbours (type 7 of Hyndman and Fan, as NumPy has it).
 * @param sorted ascending
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? Number.NaN;
  return low + (high - low) * (position - below);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
