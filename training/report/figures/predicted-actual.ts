/** Predicted against actual: how many orders lie in which square, and the line on which they would ideally lie. */
import { SQUARES_ALONG_AXIS_MAX } from '../../limits.js';
import { quantile } from '../../metrics.js';
import { binWidth, type Cell, histogram, jointHistogram, rangeOf } from '../bins.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { count, fixed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import type { TestRows } from '../test-rows.js';
import { COLOUR } from '../theme.js';

/** All test rows in squares of whole minutes, by what deliveries took and what was predicted. */
export function predictedActual({ model: { test } }: Pick<ReportData, 'model'>): Figure {
  const [low, high] = rangeOf([...rangeOf(test.actual), ...rangeOf(test.predicted)]);
  const width = binWidth(low, high, 1, SQUARES_ALONG_AXIS_MAX);
  const cells = jointHistogram(test.actual, test.predicted, width);
  const domain = [Math.floor(low / width) * width, (Math.floor(high / width) + 1) * width] as const;
  const errors = test.residuals.map(Math.abs).toSorted();
  const [half, most] = [0.5, 0.95].map((share) => fixed(quantile(errors, share), 1));
  return {
    id: 'predicted-actual',
    title: 'Predicted against actual',
    finding:
      `Of ${count(test.actual.length)} test orders, half were predicted to within ${half} min and 95 % to within ${most} min. ` +
      `Deliveries took ${spread(test.actual)} min, predictions span ${spread(test.predicted)} min. ` +
      'On the dashed line both are equal; the fuller a square, the more orders lie in it.',
    plot: (plotWidth) => plot(cells, width, domain, plotWidth),
    table: {
      columns: columns('delivery took, min', 'orders#', 'mean predicted, min#', 'mean error, min#'),
      rows: byActual(test, width),
    },
  };
}

function spread(values: Float64Array): string {
  return rangeOf(values)
    .map((value) => fixed(value, 0))
    .join(' to ');
}

function byActual({ actual, predicted }: TestRows, width: number): string[][] {
  return histogram(actual, width).map(({ from, to, count: rows }) => {
    const those = predicted.filter((_, row) => Math.floor((actual[row] ?? Number.NaN) / width) * width === from);
    const took = actual.filter((minutes) => Math.floor(minutes / width) * width === from);
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const bias = mean(those) - mean(took);
    return [`${from} to ${to}`, count(rows), ...(rows === 0 ? ['', ''] : [fixed(mean(those), 1), fixed(bias, 1)])];
  });
}

function plot(cells: readonly Cell[], width: number, domain: readonly [number, number], plotWidth: number): PlotSpec {
  const scale = { domain: [...domain], nice: false, zero: false };
  return {
    width: plotWidth,
    height: Math.min(plotWidth, 400),
    autosize: { type: 'fit', contains: 'padding' },
    layer: [
      {
        data: { values: cells.map((cell) => ({ ...cell, x2: cell.x + width, y2: cell.y + width })) },
        mark: { type: 'rect', fill: COLOUR.data },
        encoding: {
          x: { field: 'x', type: 'quantitative', scale, title: 'delivery took, minutes' },
          x2: { field: 'x2' },
          y: { field: 'y', type: 'quantitative', scale, title: 'predicted, minutes', axis: { grid: true } },
          y2: { field: 'y2' },
          opacity: {
            field: 'count',
            type: 'quantitative',
            scale: { type: 'sqrt', range: [0.08, 1], zero: true },
            legend: { title: 'orders', type: 'symbol', tickCount: 4, symbolFillColor: COLOUR.data },
          },
        },
      },
      {
        data: { values: domain.map((value) => ({ value })) },
        mark: { type: 'line', stroke: COLOUR.mark, strokeDash: [5, 4], strokeWidth: 2 },
        encoding: {
          x: { field: 'value', type: 'quantitative' },
          y: { field: 'value', type: 'quantitative' },
        },
      },
    ],
  };
}
