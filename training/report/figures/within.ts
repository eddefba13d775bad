/** How many orders are how near: the share whose error is at most so many minutes. */
import type { PlotSpec } from '../draw.js';
import type { Figure } from '../figure.js';
import { percent } from '../numbers.js';
import { type ReportData, type Within, withinOf } from '../report-data.js';
import { columns } from '../table.js';

/** Minutes between the points of the curve. */
const STEP = 0.25;
/** Of the curve: beyond it there is next to nothing to see. */
const LAST_MINUTES = 15;
/** Of the share, between two labels. */
const LABEL_RISE = 0.05;

/** The share of all test rows over the error, up to 15 minutes; the table has the minutes of `within`. */
export function withinFigure({ model: { test }, within }: Pick<ReportData, 'model' | 'within'>): Figure {
  const steps = Array.from({ length: LAST_MINUTES / STEP + 1 }, (_, at) => at * STEP);
  const curve = withinOf(test.residuals, steps);
  const told = within.map(({ minutes, share }) => `${percent(share)} within ${minutes} min`);
  return {
    id: 'within',
    title: 'How many are how near',
    finding: `Of all test orders, ${told.slice(0, -1).join(', ')}, and ${told.at(-1) ?? ''}.`,
    plot: (width) => plot(curve, within, width),
    table: {
      columns: columns('error at most', 'share of all test orders#'),
      rows: within.map(({ minutes, share }) => [`${minutes} min`, percent(share, 2)]),
    },
  };
}

/** A label stands where the curve has risen since the one before, so that none covers another. */
function labelled(marked: readonly Within[]): (Within & { readonly told: string })[] {
  let last = Number.NEGATIVE_INFINITY;
  return marked.map((each) => {
    if (each.share - last < LABEL_RISE) return { ...each, told: '' };
    last = each.share;
    return { ...each, told: percent(each.share, 0) };
  });
}

function plot(curve: readonly Within[], marked: readonly Within[], width: number): PlotSpec {
  const scale = { domain: [0, LAST_MINUTES], nice: false };
  const x = { field: 'minutes', type: 'quantitative', title: 'absolute error at most, minutes', scale } as const;
  const y = { field: 'share', type: 'quantitative', title: 'share of the orders', axis: { format: '.0%' } } as const;
  return {
    width,
    height: 300,
    autosize: { type: 'fit', contains: 'padding' },
    layer: [
      { data: { values: [...curve] }, mark: { type: 'line' }, encoding: { x, y } },
      {
        data: { values: labelled(marked) },
        layer: [
          { mark: { type: 'point' }, encoding: { x, y } },
          {
            mark: { type: 'text', align: 'left', baseline: 'top', dx: 5, dy: 3 },
            encoding: { x, y, text: { field: 'told', type: 'nominal' } },
          },
        ],
      },
    ],
  };
}
