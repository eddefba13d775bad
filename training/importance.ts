/** Permutation importance: by how much the error grows when one column tells nothing any more (Breiman, 2001). */
import { createHash } from 'node:crypto';
import Type from 'typebox';
import type { PredictionPool } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import type { TestOrders } from './test-set.js';

/** How much a model leans on a feature. */
export const Importance = Type.Object({
  feature: Type.String(),
  /** Minutes of mean absolute error, averaged over the rounds. */
  mae_increase: Type.Number(),
});
export type Importance = Type.Static<typeof Importance>;

const ROUNDS = 3;

/** One entry a feature, the largest first. The same seed gives the same shuffles. */
export async function permutationImportance(
  test: TestOrders,
  pool: PredictionPool,
  seed: number,
): Promise<Importance[]> {
  const { encoder, features, actual } = test;
  const width = encoder.columns.length;
  const baseline = meanAbsoluteError(actual, await predictAll(pool, features));
  const shuffles = Array.from({ length: ROUNDS }, (_, round) => shuffledRows(actual.length, `${seed}:${round}`));
  const importances: Importance[] = [];
  for (const [column, feature] of encoder.columns.entries()) {
    let total = 0;
    for (const rows of shuffles) {
      const shuffled = features.slice();
      for (const [row, from] of rows.entries()) {
        shuffled[row * width + column] = features[from * width + column] ?? Number.NaN;
      }
      total += meanAbsoluteError(actual, await predictAll(pool, shuffled)) - baseline;
    }
    importances.push({ feature, mae_increase: total / ROUNDS });
  }
  return importances.sort((a, b) => b.mae_increase - a.mae_increase);
}

/** The rows in an order that depends on the seed alone. */
function shuffledRows(rows: number, seed: string): number[] {
  const keys = Array.from({ length: rows }, (_, row) => createHash('sha256').update(`${seed}:${row}`).digest('hex'));
  return [...keys.keys()].sort((a, b) => ((keys[a] ?? '') < (keys[b] ?? '') ? -1 : 1));
}

function meanAbsoluteError(actual: Float64Array, predicted: Float32Array): number {
  return (
    actual.reduce((sum, minutes, row) => sum + Math.abs((predicted[row] ?? Number.NaN) - minutes), 0) / actual.length
  );
}
