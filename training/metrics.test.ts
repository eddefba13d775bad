import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { trainedProject } from '../testing/trained-project.js';
import type { EvaluationReport } from './evaluate.js';
import { contextIn } from './fixtures/project.js';
import { askPython } from './fixtures/python.js';
import { computeMetrics, type Metrics, quantile } from './metrics.js';
import { StageTable } from './table.js';

type Case = readonly [actual: readonly number[], predicted: readonly number[], threshold: number];

const minutes = fc.nat(12_000).map((hundredths) => hundredths / 100);
const pairs = fc.array(fc.tuple(minutes, minutes), { minLength: 2, maxLength: 60 });

/** Whether two numbers are the same but for the order in which sums were taken. */
function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

function differences(found: Metrics, judged: Metrics): string[] {
  const names = Object.keys(judged) as (keyof Metrics)[];
  return names
    .filter((name) => !isClose(found[name], judged[name]))
    .map((name) => `${name}: ${found[name]}, ${judged[name]}`);
}

/** The trained model's answers to the test orders, and what evaluation reported of them. */
async function judgedByTrainedModel() {
  const { files, params } = contextIn(await trainedProject());
  const table = await StageTable.read(files.judged, 'evaluate');
  const [actual, predicted, complete] = ['minutes', 'predicted', 'complete'].map((column) => table.cells(column));
  const caseOf = (rows: readonly number[]): Case => [
    rows.map((row) => Number(actual?.[row])),
    rows.map((row) => Number(predicted?.[row])),
    params.promotion_policy.staging.diagnostics.extreme_error_threshold,
  ];
  const rows = [...(complete ?? []).keys()];
  const report: EvaluationReport = JSON.parse(readFileSync(files.evaluationReport, 'utf8'));
  return { complete: caseOf(rows.filter((row) => complete?.[row] === true)), all: caseOf(rows), report };
}

t.test('metrics are those of scikit-learn and NumPy, and the trained model was reported with them', async (t) => {
  const generated = fc.sample(pairs, { seed: FIXED.seed, numRuns: 200 }).map((pairs): Case => {
    return [pairs.map(([actual]) => actual), pairs.map(([, predicted]) => predicted), 15];
  });
  const cases = generated.filter(([actual]) => new Set(actual).size > 1);
  t.ok(cases.length > 150);
  const edges: Case[] = [
    [[10, 20, 30], [25, 35, 46], 15],
    [[10, 20], [10, 20], 15],
  ];
  const { complete, all, report } = await judgedByTrainedModel();
  t.ok(complete[0].length > 300 && complete[0].length < all[0].length, `${complete[0].length} complete rows`);
  cases.push(...edges, complete, all);
  const judged = await askPython<Metrics[]>('judge_metrics.py', cases);
  t.equal(judged.length, cases.length);
  for (const [at, judgement] of judged.entries()) {
    const [actual, predicted, threshold] = cases[at] ?? [[], [], 0];
    t.strictSame(differences(computeMetrics(actual, predicted, threshold), judgement), [], `case ${at}`);
  }
  const [ofComplete, ofAll] = judged.slice(-2);
  t.strictSame(ofComplete && differences(report.complete, ofComplete), []);
  t.strictSame(ofAll && differences(report.all, ofAll), []);
});

t.test('an error of exactly the threshold is not extreme', async (t) => {
  t.equal(computeMetrics([10, 10, 10], [25, 25.001, -5.001], 15).extreme_errors, 2);
});

t.test('a prediction that is no number, or missing, leaves no metric standing', async (t) => {
  for (const predicted of [[10, Number.NaN], [10]]) {
    const { r2, mae, rmse, largest_error } = computeMetrics([10, 20], predicted, 15);
    t.strictSame([r2, mae, rmse, largest_error], [Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  }
});

t.test('a quantile lies between its neighbours, grows with the share, and ends at the extremes', async () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(minutes, { minLength: 1, maxLength: 30 }), share, share, (values, one, other) => {
      const sorted = Float64Array.from(values).sort();
      const [low, high] = [quantile(sorted, Math.min(one, other)), quantile(sorted, Math.max(one, other))];
      const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
      return (
        first <= low && low <= high && high <= last && quantile(sorted, 0) === first && quantile(sorted, 1) === last
      );
    }),
    { ...FIXED, numRuns: 2_000 },
  );
});
