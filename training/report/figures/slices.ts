/** The mean absolute error along one dimension, with its interval and how many orders it was taken of. */
import type { Slice } from '../../slices.js';
import { type Dimension, extremesOf, interval } from '../dimensions.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { count, fixed, label, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { COLOUR, heightOf, LEFT } from '../theme.js';

/** Name in `diagnostics.json` → what it is. */
const WORDS: Readonly<Record<string, string>> = {
  hour: 'hour of the order',
  distance_km: 'distance, km',
  city: 'kind of city',
  traffic: 'traffic',
  weather: 'weather',
  missing_fields: 'missing inputs',
};

export function sliceFigure(dimension: Dimension, { all }: Pick<ReportData, 'all'>): Figure {
  const words = WORDS[dimension.name] ?? dimension.name;
  return {
    id: `error-by-${dimension.name.replaceAll('_', '-')}`,
    title: `Error by ${words}`,
    finding: `${findingOf(dimension)}Over all it is ${fixed(all.mae, 2)} min (dashed line).`,
    plot: (width) => (dimension.ordered ? along(dimension, words, all.mae, width) : rows(dimension, all.mae, width)),
    table: {
      columns: columns(words, 'orders#', 'MAE, min#', '95 % interval#', 'bias, min#', 'largest error, min#'),
      rows: dimension.slices.map((slice) => {
        const { low, high } = interval(slice.mae, slice.mae_standard_error);
        return [
          label(slice.value),
          count(slice.rows),
          fixed(slice.mae, 2),
          slice.mae_standard_error === null ? '' : `${fixed(low, 2)} to ${fixed(high, 2)}`,
          signed(slice.mean_residual, 2),
          fixed(slice.largest_error, 1),
        ];
      }),
    },
  };
}

function findingOf(dimension: Dimension): string {
  const { left } = dimension;
  const omitted =
    left.values === 0 ? '' : `${count(left.values)} more values with ${count(left.rows)} orders are left out. `;
  const extremes = extremesOf(dimension);
  if (extremes === undefined) return `There are too few orders to tell values apart. ${omitted}`;
  const told = ({ value, mae, rows: orders }: Slice) =>
    `${fixed(mae, 2)} min for ${label(value)} (${count(orders)} orders)`;
  return `The mean absolute error goes from ${told(extremes.least)} to ${told(extremes.greatest)}. ${omitted}`;
}

function valuesOf({ slices }: Dimension) {
  return slices.map((slice) => ({
    ...interval(slice.mae, slice.mae_standard_error),
    value: label(slice.value, 24),
    named: `${label(slice.value, 24)} · ${count(slice.rows)}`,
    mae: slice.mae,
    rows: slice.rows,
  }));
}

/** Values from above to below, each with its count beside its name. */
function rows(dimension: Dimension, overall: number, width: number): PlotSpec {
  const y = { field: 'named', type: 'nominal', sort: null, title: null, axis: { grid: true } } as const;
  const title = 'mean absolute error, minutes (name · orders)';
  return {
    width,
    height: heightOf(dimension.slices.length),
    autosize: { type: 'fit', contains: 'padding' },
    data: { values: valuesOf(dimension) },
    layer: [
      {
        data: { values: [{ overall }] },
        mark: { type: 'rule', stroke: COLOUR.mark, strokeDash: [5, 4] },
        encoding: { x: { field: 'overall', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule' },
        encoding: { x: { field: 'low', type: 'quantitative', title, scale: { zero: true } }, x2: { field: 'high' }, y },
      },
      { mark: { type: 'point' }, encoding: { x: { field: 'mae', type: 'quantitative' }, y } },
    ],
  };
}

/** Values from left to right, with the counts below. */
function along(dimension: Dimension, words: string, overall: number, width: number): PlotSpec {
  const x = { field: 'value', type: 'ordinal', sort: null, axis: { labelAngle: 0, labelOverlap: true } } as const;
  const left = { minExtent: LEFT - 22, maxExtent: LEFT - 22 };
  const inner = width - LEFT;
  return {
    data: { values: valuesOf(dimension) },
    spacing: 12,
    vconcat: [
      {
        width: inner,
        height: 180,
        layer: [
          {
            data: { values: [{ overall }] },
            mark: { type: 'rule', stroke: COLOUR.mark, strokeDash: [5, 4] },
            encoding: { y: { field: 'overall', type: 'quantitative' } },
          },
          {
            mark: { type: 'rule' },
            encoding: {
              x: { ...x, title: null, axis: { labels: false, ticks: false } },
              y: { field: 'low', type: 'quantitative', title: 'MAE, minutes', axis: left, scale: { zero: true } },
              y2: { field: 'high' },
            },
          },
          {
            mark: { type: 'point' },
            encoding: { x: { ...x, title: null }, y: { field: 'mae', type: 'quantitative' } },
          },
        ],
      },
      {
        width: inner,
        height: 64,
        mark: { type: 'bar', fill: COLOUR.quiet },
        encoding: {
          x: { ...x, title: words },
          y: { field: 'rows', type: 'quantitative', title: 'orders', axis: { ...left, tickCount: 2 } },
        },
      },
    ],
  };
}
