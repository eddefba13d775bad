/** The metrics of several sets of rows side by side. */
import type { Metrics } from '../metrics.js';
import { count, fixed } from './numbers.js';
import { columns, type Table } from './table.js';

/** The metrics of one set of rows, under a name. */
export interface MetricsColumn {
  readonly name: string;
  readonly metrics: Metrics;
}

const LINES: readonly (readonly [name: string, told: (metrics: Metrics) => string])[] = [
  ['rows', ({ rows }) => count(rows)],
  ['R2', ({ r2 }) => fixed(r2, 4)],
  ['mean absolute error, min', ({ mae }) => fixed(mae, 3)],
  ['root mean squared error, min', ({ rmse }) => fixed(rmse, 3)],
  ['median absolute error, min', ({ median_absolute_error }) => fixed(median_absolute_error, 3)],
  ['95 % of the errors are below, min', ({ p95_absolute_error }) => fixed(p95_absolute_error, 2)],
  ['largest error, min', ({ largest_error }) => fixed(largest_error, 1)],
  [
    'extreme errors',
    ({ extreme_errors, extreme_error_threshold }) => `${count(extreme_errors)} over ${extreme_error_threshold} min`,
  ],
];

/** A row for each metric, a column for each set; errors in minutes. */
export function metricsTable(sets: readonly MetricsColumn[]): Table {
  return {
    columns: columns('metric', ...sets.map(({ name }) => `${name}#`)),
    rows: LINES.map(([name, told]) => [name, ...sets.map(({ metrics }) => told(metrics))]),
  };
}
