/** Says where the model errs: by slice, by quantile, in its worst rows, and which features it leans on. */
import Type from 'typebox';
import { parseGoldenRows } from '../workers/golden.js';
import type { PredictionPool } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { readStageJson, readStageOutput, writeJson } from './files.js';
import { Importance, permutationImportance } from './importance.js';
import { JudgedModel, judgedBy } from './judged-model.js';
import { quantile } from './metrics.js';
import { plotTables, writePlotTables } from './plot-tables.js';
import { Provenance } from './provenance.js';
import { Slice, slicesOf } from './slices.js';
import type { PipelineContext, Stage } from './stage.js';
import { readTestSet, type TestOrders } from './test-set.js';

const QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
const WORST_ROWS = 20;

const WorstRow = Type.Object({
  /** The line of the raw file. */
  line: Type.Number(),
  actual: Type.Number(),
  predicted: Type.Number(),
  /** As it was cleaned. */
  order: Type.Object({}),
});
type WorstRow = Type.Static<typeof WorstRow>;

/** `reports/diagnostics.json`, over all test rows. Residuals are predicted minus actual, in minutes. */
export const DiagnosticsReport = Type.Object({
  ...Provenance.properties,
  ...JudgedModel.properties,
  residual_quantiles: Type.Record(Type.String(), Type.Number()),
  slices: Type.Record(Type.String(), Type.Array(Slice)),
  /** The largest errors, the largest first. */
  worst_rows: Type.Array(WorstRow),
  /** The largest first. */
  permutation_importance: Type.Array(Importance),
});
export type DiagnosticsReport = Type.Static<typeof DiagnosticsReport>;

/**
 * Reads the test rows and the model; writes `reports/diagnostics.json` and the tables of `reports/plots/`.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, `data_invalid`, `parity_failed`; PoolError
 *   `model_refused`
 */
export const diagnose: Stage = {
  name: 'diagnose',
  purpose: 'errors by slice, worst rows, importance of the features',
  async run(context: PipelineContext): Promise<void> {
    const { files, params, environment, say } = context;
    const test = await readTestSet(context);
    const onnx = await readStageOutput(files.onnx, 'fit');
    const golden = await readStageJson(files.golden, 'evaluate', parseGoldenRows);
    const model = { onnx, features: test.encoder.state, golden };
    const { random_state: seed } = params.data_splitting;
    const { predicted, report } = await withEvaluationPool(model, environment.WORKERS, async (pool) => ({
      predicted: await predictAll(pool, test.features),
      report: await diagnoseModel(pool, test, judgedBy(onnx), seed),
    }));
    await writeJson(files.diagnosticsReport, report);
    await writePlotTables(files.plotsFolder, plotTables(test, predicted, report));
    const leading = report.permutation_importance.slice(0, 3).map(({ feature }) => feature);
    say(`leans most on ${leading.join(', ')}; see ${files.diagnosticsReport}`);
  },
};

/**
 * The report on a model in a pool; every prediction is made by its workers.
 * @param seed of the shuffles by which the importance of features is measured
 */
export async function diagnoseModel(
  pool: PredictionPool,
  test: TestOrders,
  judged: JudgedModel,
  seed: number,
): Promise<DiagnosticsReport> {
  const predicted = await predictAll(pool, test.features);
  const residuals = test.actual.map((minutes, row) => (predicted[row] ?? Number.NaN) - minutes);
  return {
    ...test.provenance,
    ...judged,
    residual_quantiles: quantilesOf(residuals),
    slices: slicesOf(test, residuals),
    worst_rows: worstRowsOf(test, residuals),
    permutation_importance: await permutationImportance(test, pool, seed),
  };
}

function quantilesOf(residuals: Float64Array): Record<string, number> {
  const sorted = residuals.toSorted();
  return Object.fromEntries(QUANTILES.map((share) => [String(share), quantile(sorted, share)]));
}

function worstRowsOf({ orders, lines, actual }: TestOrders, residuals: Float64Array): WorstRow[] {
  const errorOf = (row: number) => Math.abs(residuals[row] ?? 0);
  return [...residuals.keys()]
    .sort((a, b) => errorOf(b) - errorOf(a))
    .slice(0, WORST_ROWS)
    .map((row) => ({
      line: lines[row] ?? Number.NaN,
      actual: actual[row] ?? Number.NaN,
      predicted: (actual[row] ?? Number.NaN) + (residuals[row] ?? Number.NaN),
      order: orders[row] ?? {},
    }));
}
