/** What the model leans on: by how much its error grows when a feature tells nothing any more. */
import type { Importance } from '../../importance.js';
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { fixed, signed } from '../numbers.js';
import type { ReportData } from '../report-data.js';
import { columns } from '../table.js';
import { COLOUR, heightOf, placed, widthOf } from '../theme.js';

/** By how many minutes the mean absolute error grows for each feature, the most first. */
export function importanceFigure({ model: { diagnostics } }: Pick<ReportData, 'model'>): Figure {
  const features = diagnostics.permutation_importance;
  const [first, second] = features;
  const last = features.at(-1);
  const told = (importance: Importance | undefined) =>
    importance === undefined ? '' : `${importance.feature} (${signed(importance.mae_increase, 2)} min)`;
  return {
    id: 'importance',
    title: 'Permutation importance',
    finding:
      `The model leans most on ${[first, second].filter(Boolean).map(told).join(' and ')}, least on ${told(last)}: ` +
      'by so much the mean absolute error grows when the values of the feature are shuffled among the orders.',
    plot: (width) => plot(features, width),
    table: {
      columns: columns('feature', 'growth of the mean absolute error, min#'),
      rows: features.map(({ feature, mae_increase }) => [feature, fixed(mae_increase, 3)]),
    },
  };
}

function plot(features: readonly Importance[], width: number): PlotSpec {
  const x = { field: 'mae_increase', type: 'quantitative' } as const;
  const extent = widthOf(features.map(({ feature }) => feature));
  const axis = { minExtent: extent, maxExtent: extent };
  const y = { field: 'feature', type: 'nominal', sort: null, title: null, axis } as const;
  return {
    ...placed(width, extent, 52),
    height: heightOf(features.length),
    data: { values: features.map((feature) => ({ ...feature, told: signed(feature.mae_increase, 2) })) },
    layer: [
      { mark: { type: 'bar' }, encoding: { x: { ...x, title: 'growth of the MAE, minutes' }, y } },
      {
        mark: { type: 'text', align: 'left', dx: 5, fill: COLOUR.ink },
        encoding: { x, y, text: { field: 'told', type: 'nominal' } },
      },
    ],
  };
}
