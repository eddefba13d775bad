/** Says where the model errs: by slice, by quantile, in its worst rows, and which features it leans on. */
import type { PartialOrder } from '../features/order.js';
import { parseGoldenRows } from '../workers/golden.js';
import type { PredictionPool } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { readStageJson, readStageOutput, writeJson } from './files.js';
import { type Importance, permutationImportance } from './importance.js';
import { type JudgedModel, judgedBy } from './judged-model.js';
import { quantile } from './metrics.js';
import type { Provenance } from './provenance.js';
import { type Slice, slicesOf } from './slices.js';
import type { PipelineContext, Stage } from './stage.js';
import { readTestSet, type TestOrders } from './test-set.js';

const QUANTILES = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
const WORST_ROWS = 20;

/** `reports/diagnostics.json`, over all test rows. Residuals are predicted minus actual, in minutes. */
export interface DiagnosticsReport extends Provenance, JudgedModel {
  readonly residual_quantiles: Readonly<Record<string, number>>;
  readonly slices: Readonly<Record<string, readonly Slice[]>>;
  /** The largest errors, the largest first. */
  readonly worst_rows: readonly WorstRow[];
  /** The largest first. */
  readonly permutation_importance: readonly Importance[];
}

interface WorstRow {
  /** The line of the raw file. */
  readonly line: number;
  readonly actual: number;
  readonly predicted: number;
  readonly order: PartialOrder;
}

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
    const report = await withEvaluationPool(model, environment.WORKERS, (pool) =>
      diagnoseModel(pool, test, judgedBy(onnx), seed),
    );
    await writeJson(files.diagnosticsReport, report);
    const leading = report.permutation_importance.slice(0, 3).map(({ feature }) => feature);
    say(`leans most on ${leading.join(', ')}; see ${files.diagnosticsReport}`);
  },
};

/** @param seed of the shuffles by which the importance of features is measured */
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
