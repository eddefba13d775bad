/** The mean absolute error along one dimension, with its interval and how many orders it was taken of. */
import type { Slice } from '../../slices.js';
import { type Dimension, errorInterval, extremesOf } from '../dimensions.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { count, fixed, label, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns, type Table } from '../table.js';
import { COLOUR, heightOf, LEFT, placed, widthOf } from '../theme.js';
import { onAxis, shortLabels, told } from './slice-labels.js';

/** Name in `diagnostics.json` → what it is. */
const WORDS: Readonly<Record<string, string>> = {
  hour: 'hour of the order',
  distance_km: 'distance, km',
  city: 'kind of city',
  traffic: 'traffic',
  weather: 'weather',
  missing_fields: 'missing inputs',
};

/** @param slices of the dimension, as many as are to be told */
export function sliceTable({ name }: Dimension, slices: readonly Slice[]): Table {
  return {
    columns: columns(wordsOf(name), 'orders#', 'MAE, min#', '95 % interval#', 'bias, min#', 'largest error, min#'),
    rows: slices.map((slice) => {
      const { low, high } = errorInterval(slice);
      return [
        label(name === 'missing_fields' ? slice.value : told(name, slice.value), 100),
        count(slice.rows),
        fixed(slice.mae, 2),
        slice.mae_standard_error === null ? '' : `${fixed(low, 2)} to ${fixed(high, 2)}`,
        signed(slice.mean_residual, 2),
        fixed(slice.largest_error, 1),
      ];
    }),
  };
}

/**
 * What a dimension is called in the page.
 * @param name as in `diagnostics.json`
 */
export function wordsOf(name: string): string {
  return WORDS[name] ?? name;
}

/**
 * The mean absolute error of each slice, minutes: along an axis where the values have an order, else a row for each.
 */
export function sliceFigure(dimension: Dimension, { all }: Pick<ReportData, 'all'>): Figure {
  const words = wordsOf(dimension.name);
  return {
    id: `error-by-${dimension.name.replaceAll('_', '-')}`,
    title: `Error by ${words}`,
    finding: `${findingOf(dimension)}Over all it is ${fixed(all.mae, 2)} min (dashed line).`,
    plot: (width) => (dimension.ordered ? along(dimension, words, all.mae, width) : rows(dimension, all.mae, width)),
    table: sliceTable(dimension, dimension.slices),
  };
}

function findingOf(dimension: Dimension): string {
  const { name, slices, shown } = dimension;
  const more = slices.length - shown.length;
  const omitted =
    more === 0 ? '' : `The plot shows the ${shown.length} most frequent values, the table ${count(more)} more. `;
  const extremes = extremesOf(dimension);
  if (extremes === undefined) return `There are too few orders to tell values apart. ${omitted}`;
  const inWords = ({ value, mae, rows: orders }: Slice) =>
    `${fixed(mae, 2)} min for ${label(told(name, value))} (${count(orders)} orders)`;
  return `The mean absolute error goes from ${inWords(extremes.least)} to ${inWords(extremes.greatest)}. ${omitted}`;
}

/** @param width of the plot: of a name beside a row there is to be seen what leaves room for the rest */
function valuesOf({ name, shown }: Dimension, width: number) {
  const labels = shortLabels(
    shown.map(({ value }) => told(name, value)),
    Math.floor(width / 20),
  );
  return shown.map((slice, at) => ({
    ...errorInterval(slice),
    value: onAxis(name, slice.value),
    named: `${labels[at] ?? ''} · ${count(slice.rows)}`,
    mae: slice.mae,
    rows: slice.rows,
  }));
}

/** Values from above to below, each with its count beside its name. */
function rows(dimension: Dimension, overall: number, width: number): PlotSpec {
  const values = valuesOf(dimension, width);
  const extent = widthOf(values.map(({ named }) => named));
  const axis = { grid: true, minExtent: extent, maxExtent: extent };
  const y = { field: 'named', type: 'nominal', sort: null, title: null, axis } as const;
  return {
    ...placed(width, extent, 14),
    height: heightOf(values.length),
    data: { values },
    layer: [
      {
        data: { values: [{ overall }] },
        mark: { type: 'rule', stroke: COLOUR.mark, strokeDash: [5, 4] },
        encoding: { x: { field: 'overall', type: 'quantitative' } },
      },
      {
        mark: { type: 'rule' },
        encoding: {
          x: { field: 'low', type: 'quantitative', title: 'MAE, minutes', scale: { zero: true } },
          x2: { field: 'high' },
          y,
        },
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
  const values = valuesOf(dimension, width);
  return {
    data: { values },
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
          x: { ...x, title: values.some(({ value }) => value === '?') ? `${words} (? is missing)` : words },
          y: { field: 'rows', type: 'quantitative', title: 'orders', axis: { ...left, tickCount: 2, format: '~s' } },
        },
      },
    ],
  };
}
