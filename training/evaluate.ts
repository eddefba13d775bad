/** Judges the fitted model on the test rows, through the encoder, the pool and the workers that will serve it. */
import Type from 'typebox';
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
import { readTestSet, type TestSet } from './test-set.js';

/** `reports/evaluation.json`, and `metrics.json` of a version. */
export const EvaluationReport = Type.Object({
  ...Provenance.properties,
  ...JudgedModel.properties,
  /** Rows whose every input is present: what the gates judge. */
  complete: Metrics,
  all: Metrics,
  /** The served answers against Python's. */
  parity: Parity,
});
export type EvaluationReport = Type.Static<typeof EvaluationReport>;

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
    const completeRows = [...test.complete.keys()].filter((row) => test.complete[row]);
    const report: EvaluationReport = {
      ...test.provenance,
      ...judged,
      complete: computeMetrics(
        completeRows.map((row) => test.actual[row] ?? Number.NaN),
        completeRows.map((row) => predicted[row] ?? Number.NaN),
        threshold,
      ),
      all: computeMetrics(test.actual, predicted, threshold),
      parity: checkParity(predicted, test.python),
    };
    requireMeasurable(report);
    await writeJson(files.golden, golden);
    const metadata = { ...withSplit(test.provenance, params), ...judged };
    await writeTable(files.judged, judgedColumns(test, predicted), metadata);
    await writeJson(files.evaluationReport, report);
    say(`complete rows: ${describe(report.complete)}`);
    say(`all rows:      ${describe(report.all)}`);
    const { largest_difference: difference, rows_near_threshold: near } = report.parity;
    say(`as Python gives them to ${difference.toExponential(1)} min, ${near} rows near a threshold`);
  },
};

/** Evenly over the test rows, so that every kind of order is among them; none near a threshold of the meta-model. */
function chooseGoldenRows({ orders, python }: TestSet): GoldenRow[] {
  const clear = [...orders.keys()].filter((row) => python.nearThreshold[row] === false);
  const wanted = Math.min(GOLDEN_ROWS, clear.length);
  return Array.from({ length: wanted }, (_, index) => {
    const row = clear[Math.floor((index * clear.length) / wanted)] ?? 0;
    return { order: orders[row] ?? {}, minutes: python.minutes[row] ?? Number.NaN };
  });
}

/** Over no rows, or rows that all took the same time, there is no R2: what is no number would be `null` in JSON. */
function requireMeasurable({ complete, all }: EvaluationReport): void {
  if ([...Object.values(complete), ...Object.values(all)].every(Number.isFinite)) return;
  throw new PipelineError(
    'data_invalid',
    `The model cannot be judged on ${all.rows} test rows, ${complete.rows} of them complete: ` +
      'there must be several, and deliveries that took different times. Give more orders.',
  );
}

function describe({ rows, r2, mae, largest_error, extreme_errors, extreme_error_threshold }: Metrics): string {
  return (
    `R2 ${r2.toFixed(4)}, MAE ${mae.toFixed(3)} min, largest error ${largest_error.toFixed(1)} min, ` +
    `${extreme_errors} over ${extreme_error_threshold} min (${rows} rows)`
  );
}
