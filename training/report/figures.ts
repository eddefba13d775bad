/** Every plot of the report, by the section that it stands in. */
import type { Figure } from './figure.js';
import { calibrationFigure } from './figures/calibration.js';
import { importanceFigure } from './figures/importance.js';
import { predictedActual } from './figures/predicted-actual.js';
import { residualsFigure } from './figures/residuals.js';
import { sliceFigure } from './figures/slices.js';
import { withinFigure } from './figures/within.js';
import type { ReportData } from './report-data.js';

/** In the order in which the page shows them. */
export interface Figures {
  readonly predictions: readonly Figure[];
  readonly slices: readonly Figure[];
  readonly importance: readonly Figure[];
}

/** As they are told: what depends on the order first. */
const ORDER = ['hour', 'distance_km', 'city', 'traffic', 'weather', 'missing_fields'];

/** None is drawn yet: that depends on the width that there is for it. */
export function figuresOf(data: ReportData): Figures {
  const at = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  const dimensions = data.dimensions.toSorted((a, b) => at(a.name) - at(b.name));
  return {
    predictions: [predictedActual(data), residualsFigure(data), calibrationFigure(data), withinFigure(data)],
    slices: dimensions.map((dimension) => sliceFigure(dimension, data)),
    importance: [importanceFigure(data)],
  };
}
