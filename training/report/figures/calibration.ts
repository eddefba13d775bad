/** Calibration: by how much deliveries differ in the mean from what was predicted, along the predictions. */
import type { CalibrationBin } from '../calibration.js';
import { interval } from '../dimensions.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { count, fixed, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { COLOUR } from '../theme.js';

/** Bias of groups of like predictions, minutes, each with its 95 % interval (`dimensions.ts`). */
export function calibrationFigure({ calibration }: Pick<ReportData, 'calibration'>): Figure {
  const worst = calibration.toSorted((a, b) => Math.abs(b.bias) - Math.abs(a.bias))[0];
  const off = calibration.filter((bin) => {
    const { low, high } = interval(bin.bias, bin.bias_standard_error);
    return low > 0 || high < 0;
  });
  const told =
    worst === undefined
      ? ''
      : `Furthest from 0 is ${signed(worst.bias, 2)} min, where ${fixed(worst.from, 1)} to ${fixed(worst.to, 1)} min were ` +
        `predicted (${count(worst.rows)} orders). `;
  return {
    id: 'calibration',
    title: 'Calibration by predicted minutes',
    finding:
      `${told}In ${off.length} of ${calibration.length} groups of orders with like predictions, the mean of predicted minus ` +
      'actual differs from 0 by more than chance (95 % interval). Above 0, deliveries are quicker than predicted.',
    plot: (width) => plot(calibration, width),
    table: {
      columns: columns('predicted, min', 'orders#', 'mean predicted#', 'mean actual#', 'bias, min#', '95 % interval#'),
      rows: calibration.map((bin) => {
        const { low, high } = interval(bin.bias, bin.bias_standard_error);
        return [
          `${fixed(bin.from, 1)} to ${fixed(bin.to, 1)}`,
          count(bin.rows),
          fixed(bin.mean_predicted, 2),
          fixed(bin.mean_actual, 2),
          signed(bin.bias, 2),
          `${signed(low, 2)} to ${signed(high, 2)}`,
        ];
      }),
    },
  };
}

function plot(bins: readonly CalibrationBin[], width: number): PlotSpec {
  const values = bins.map((bin) => ({ ...bin, ...interval(bin.bias, bin.bias_standard_error) }));
  const x = {
    field: 'mean_predicted',
    type: 'quantitative',
    title: 'predicted, minutes',
    scale: { zero: false },
  } as const;
  return {
    width,
    height: 300,
    autosize: { type: 'fit', contains: 'padding' },
    data: { values },
    layer: [
      {
        data: { values: [{ value: 0 }] },
        mark: { type: 'rule', stroke: COLOUR.mark, strokeDash: [5, 4] },
        encoding: { y: { field: 'value', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule' },
        encoding: {
          x,
          y: { field: 'low', type: 'quantitative', title: 'mean of predicted minus actual, minutes' },
          y2: { field: 'high' },
        },
      },
      { mark: { type: 'point' }, encoding: { x, y: { field: 'bias', type: 'quantitative' } } },
    ],
  };
}
