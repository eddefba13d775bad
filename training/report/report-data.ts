/** Everything that the page says, as data: of one version, and of what is in production beside it. */
import type { Params } from '../../config/params.js';
import { selectFeatures } from '../../features/catalogue.js';
import type { Metrics } from '../metrics.js';
import { type CalibrationBin, calibration } from './calibration.js';
import { type Dimension, dimensionOf, errorOfMedian } from './dimensions.js';
import { type GateRow, gateTable } from './gate-table.js';
import type { Standing } from './production.js';
import type { TrainedModel } from './trained-model.js';

/** What the page is made of. Rows are those of the test, errors are minutes. */
export interface ReportData {
  readonly version: ReportedVersion;
  readonly model: TrainedModel;
  /** Whether it was trained and judged on invented orders. */
  readonly isSample: boolean;
  /** Of the rows in which no input is missing. */
  readonly complete: Metrics;
  /** Of all rows. */
  readonly all: Metrics;
  /** Mean absolute error of telling the median of these orders each time, minutes. */
  readonly medianMae: number;
  readonly gates: readonly GateRow[];
  readonly standing: Standing;
  readonly within: readonly Within[];
  readonly calibration: readonly CalibrationBin[];
  readonly dimensions: readonly Dimension[];
  /** The largest error first. */
  readonly worst: readonly WorstRow[];
}

/** What the registry says of it. */
export interface ReportedVersion {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly runId: string;
}

/** The share of all test rows whose absolute error is at most so many minutes. */
export interface Within {
  readonly minutes: number;
  readonly share: number;
}

/** A test row of which the prediction is far off; minutes. */
export interface WorstRow {
  /** The line of the raw file. */
  readonly line: number;
  readonly actual: number;
  readonly predicted: number;
  /** The values of the features in use, in their order; undefined where one is missing. */
  readonly values: readonly (string | number | undefined)[];
}

const WITHIN_MINUTES = [1, 2, 3, 5, 10, 15];
const CALIBRATION_BINS = 12;

/**
 * Puts the data together; nothing is read here.
 * @throws FeatureError where the version has a feature that this program does not know
 */
export function reportData(
  version: ReportedVersion,
  model: TrainedModel,
  standing: Standing,
  policy: Params['promotion_policy'],
): ReportData {
  const { evaluation, diagnostics, test } = model;
  return {
    version,
    model,
    isSample: evaluation.data === 'sample',
    complete: evaluation.complete,
    all: evaluation.all,
    medianMae: errorOfMedian(test.actual),
    gates: gateTable(policy, test, standing),
    standing,
    within: withinOf(test.residuals, WITHIN_MINUTES),
    calibration: calibration(test.predicted, test.actual, CALIBRATION_BINS),
    dimensions: Object.entries(diagnostics.slices).map(([name, slices]) => dimensionOf(name, slices)),
    worst: worstRowsOf(model),
  };
}

/**
 * The shares for several limits.
 * @param residuals [rows] predicted minus actual, minutes
 * @param limits minutes
 */
export function withinOf(residuals: Float64Array, limits: readonly number[]): Within[] {
  return limits.map((minutes) => ({
    minutes,
    share: residuals.filter((residual) => Math.abs(residual) <= minutes).length / residuals.length,
  }));
}

/** The worst rows of the diagnostics, with what the model was told of them. */
export function worstRowsOf({
  diagnostics,
  params,
  test,
}: Pick<TrainedModel, 'diagnostics' | 'params' | 'test'>): WorstRow[] {
  const features = selectFeatures(params.features);
  const rowAt = new Map([...test.lines].map((line, row) => [line, row]));
  return diagnostics.worst_rows.map(({ line, actual, predicted }) => {
    const order = test.orders[rowAt.get(line) ?? -1] ?? {};
    return { line, actual, predicted, values: features.map((feature) => feature.value(order) ?? undefined) };
  });
}
