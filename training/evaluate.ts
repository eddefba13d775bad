/** Judges the fitted model on the test rows, through the encoder, the pool and the workers that will serve it. */
import Type from 'typebox';
import type { PartialOrder } from '../features/order.js';
import { GOLDEN_ROWS, type GoldenRow } from '../workers/golden.js';
import { predictAll } from '../workers/predict-all.js';
import { PipelineError } from './errors.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { readStageOutput, writeJson } from './files.js';
import { JudgedModel, judgedBy } from './judged-model.js';
import { judgedColumns } from './judged-orders.js';
import { computeMetrics, Metrics } from './metrics.js';
import { checkParity, Parity } from './parity.js';
import { Provenance, withSplit } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { writeTable } from './table.js';
import { readTestSet, type TestOrders, type TestSet } from './test-set.js';

/** What predictions are worth: `metrics.json` of a version that was not trained by this pipeline. */
export const Judgement = Type.Object({
  ...Provenance.properties,
  /** Rows whose every input is present: what the gates judge. */
  complete: Metrics,
  all: Metrics,
});
export type Judgement = Type.Static<typeof Judgement>;

/** `reports/evaluation.json`, and `metrics.json` of a version. */
export const EvaluationReport = Type.Object({
  ...Judgement.properties,
  ...JudgedModel.properties,
  /** The served answers against Python's. */
  parity: Parity,
});
export type EvaluationReport = Type.Static<typeof EvaluationReport>;

/**
 * The metrics over complete and over all test rows.
 * @param threshold minutes above which an error is extreme
 */
export function judgePredictions(test: TestOrders, predicted: Float32Array, threshold: number): Judgement {
  const completeRows = [...test.complete.keys()].filter((row) => test.complete[row]);
  return {
    ...test.provenance,
    complete: computeMetrics(
      completeRows.map((row) => test.actual[row] ?? Number.NaN),
      completeRows.map((row) => predicted[row] ?? Number.NaN),
      threshold,
    ),
    all: computeMetrics(test.actual, predicted, threshold),
  };
}

/**
 * Reads the test rows and the model; writes `reports/evaluation.json`, and into `model/` the golden rows and the test
 * orders with their predictions.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, `data_invalid`, `parity_failed`; PoolError
 */
export const evaluate: Stage = {
  name: 'evaluate',
  purpose: 'metrics on the test rows, and parity with Python',
  async run(context: PipelineContext): Promise<void> {
    const { files, params, environment, say } = context;
    const test = await readTestSet(context);
    const golden = chooseGoldenRows(test);
    const onnx = await readStageOutput(files.onnx, 'fit');
    const judged = judgedBy(onnx);
    const model = { onnx, features: test.encoder.state, golden };
    const predicted = await withEvaluationPool(model, environment.WORKERS, (pool) => predictAll(pool, test.features));

    const threshold = params.promotion_policy.staging.diagnostics.extreme_error_threshold;
    const report: EvaluationReport = {
      ...judgePredictions(test, predicted, threshold),
      ...judged,
      parity: checkParity(predicted, test.python),
    };
    requireMeasurable(report);
    await writeJson(files.golden, golden);
    const metadata = { ...withSplit(test.provenance, params), ...judged };
    await writeTable(files.judged, judgedColumns(test, predicted), metadata);
    await writeJson(files.evaluationReport, report);
    say(`complete rows: ${describeMetrics(report.complete)}`);
    say(`all rows:      ${describeMetrics(report.all)}`);
    const { largest_difference: difference, rows_near_threshold: near } = report.parity;
    say(`as Python gives them to ${difference.toExponential(1)} min, ${near} rows near a threshold`);
  },
};

/** Evenly over the test rows, so that every kind of order is among them; none near a threshold of the meta-model. */
function chooseGoldenRows({ orders, python }: TestSet): GoldenRow[] {
  const clear = [...orders.keys()].filter((row) => python.nearThreshold[row] === false);
  return goldenRows(clear, orders, python.minutes);
}

/**
 * At most `GOLDEN_ROWS` orders with the minutes that a model must give for them.
 * @param rows to choose from; spread evenly over them
 */
export function goldenRows(
  rows: readonly number[],
  orders: readonly PartialOrder[],
  minutes: ArrayLike<number>,
): GoldenRow[] {
  const wanted = Math.min(GOLDEN_ROWS, rows.length);
  return Array.from({ length: wanted }, (_, index) => {
    const row = rows[Math.floor((index * rows.length) / wanted)] ?? 0;
    return { order: orders[row] ?? {}, minutes: minutes[row] ?? Number.NaN };
  });
}

/** Over no rows, or rows that all took the same time, there is no R2: what is no number would be `null` in JSON. */
function requireMeasurable({ complete, all }: Judgement): void {
  if ([...Object.values(complete), ...Object.values(all)].every(Number.isFinite)) return;
  throw new PipelineError(
    'data_invalid',
    `The model cannot be judged on ${all.rows} test rows, ${complete.rows} of them complete: ` +
      'there must be several, and deliveries that took different times. Give more orders.',
  );
}

/** The metrics as a line for people. */
export function describeMetrics({
  rows,
  r2,
  mae,
  largest_error,
  extreme_errors,
  extreme_error_threshold,
}: Metrics): string {
  return (
    `R2 ${r2.toFixed(4)}, MAE ${mae.toFixed(3)} min, largest error ${largest_error.toFixed(1)} min, ` +
    `${extreme_errors} over ${extreme_error_threshold} min (${rows} rows)`
  );
}
