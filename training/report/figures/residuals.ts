/** How residuals are distributed, and where errors begin that count as extreme. */
import { quantile } from '../../metrics.js';
import { type Bin, binWidth, histogram, rangeOf } from '../bins.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { count, fixed, percent } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { COLOUR } from '../theme.js';

/** A histogram of predicted minus actual over all test rows, minutes; its bins are half a minute wide or more. */
export function residualsFigure({ model: { test }, all }: Pick<ReportData, 'model' | 'all'>): Figure {
  const [low, high] = rangeOf(test.residuals);
  const bins = histogram(test.residuals, binWidth(low, high, 0.5));
  const sorted = test.residuals.toSorted();
  const [early, middle, late] = [0.05, 0.5, 0.95].map((share) => fixed(quantile(sorted, share), 1));
  const threshold = all.extreme_error_threshold;
  const over = test.residuals.filter((residual) => residual > threshold).length;
  const under = test.residuals.filter((residual) => residual < -threshold).length;
  return {
    id: 'residuals',
    title: 'Residuals',
    finding:
      `Predicted minus actual: the median is ${middle} min, and 90 % lie between ${early} and ${late} min. ` +
      `${count(under)} deliveries took over ${threshold} min longer than predicted and ${count(over)} were that much quicker, ` +
      `of ${count(test.residuals.length)} (dashed lines).`,
    plot: (width) => plot(bins, threshold, width),
    table: {
      columns: columns('predicted minus actual, min', 'orders#', 'share#'),
      rows: bins.map((bin) => [
        `${fixed(bin.from, 1)} to ${fixed(bin.to, 1)}`,
        count(bin.count),
        percent(bin.count / test.residuals.length),
      ]),
    },
  };
}

function plot(bins: readonly Bin[], threshold: number, width: number): PlotSpec {
  const [from, to] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 0];
  const limits = [-threshold, threshold].filter((value) => value >= from && value <= to);
  return {
    width,
    height: 300,
    autosize: { type: 'fit', contains: 'padding' },
    layer: [
      {
        data: { values: [...bins] },
        mark: { type: 'bar', binSpacing: 1 },
        encoding: {
          x: { field: 'from', type: 'quantitative', bin: 'binned', title: 'predicted minus actual, minutes' },
          x2: { field: 'to' },
          y: { field: 'count', type: 'quantitative', title: 'orders' },
        },
      },
      {
        data: { values: [{ value: 0 }] },
        mark: { type: 'rule', stroke: COLOUR.ink, strokeWidth: 1 },
        encoding: { x: { field: 'value', type: 'quantitative' } },
      },
      {
        data: { values: limits.map((value) => ({ value })) },
        mark: { type: 'rule', stroke: COLOUR.mark, strokeDash: [5, 4] },
        encoding: { x: { field: 'value', type: 'quantitative' } },
      },
    ],
  };
}
