/**
 * Whether the served path gives what Python gave, on every test row.
 * The graph sums in float32 and Python in float64. Where a base prediction lies on a threshold of the meta-model, the
 * two may take different sides; those rows are counted apart and must equal one of the sides.
 */
import Type from 'typebox';
import { PipelineError } from './errors.js';

/** Python's side of it, by test row. */
export interface PythonPredictions {
  /** [rows] minutes, float64. */
  readonly minutes: Float64Array;
  /** [rows] whether a base prediction lies within 1e-4 of a threshold of the meta-model. */
  readonly nearThreshold: readonly boolean[];
  /** [rows] the minutes on each side of the thresholds near; empty where none is. */
  readonly alternatives: readonly (readonly number[])[];
}

/** How far served answers were from Python's, on the test rows. */
export const Parity = Type.Object({
  rows: Type.Number(),
  rows_near_threshold: Type.Number(),
  /** Of those, the rows that were served the minutes of another side than Python's. */
  rows_on_other_side: Type.Number(),
  /** Minutes, over the rows that are not near a threshold. */
  largest_difference: Type.Number(),
});
export type Parity = Type.Static<typeof Parity>;

/** Minutes by which the two may differ. */
export const PARITY_TOLERANCE_MINUTES = 0.001;
/**
 * Share of rows that may take the other side of a threshold than Python, and one row of any test set may. How many lie
 * near one depends on how many thresholds there are: 0.05 % of the rows with a single tree, 0.15 % with fifty.
 */
const OTHER_SIDE_SHARE = 0.001;

/**
 * @param served [rows] minutes, from the workers
 * @throws PipelineError `parity_failed`, naming the first row that differs, or too many on another side.
 */
export function checkParity(served: Float32Array, python: PythonPredictions): Parity {
  let near = 0;
  let otherSide = 0;
  let largest = 0;
  for (const [row, minutes] of served.entries()) {
    const expected = python.minutes[row] ?? Number.NaN;
    if (python.nearThreshold[row] === true) {
      near += 1;
      const sides = python.alternatives[row] ?? [];
      if (!sides.some((side) => isClose(minutes, side))) throw differs(row, minutes, `one of ${sides.join(', ')}`);
      if (!isClose(minutes, expected)) otherSide += 1;
      continue;
    }
    if (!isClose(minutes, expected)) throw differs(row, minutes, String(expected));
    largest = Math.max(largest, Math.abs(minutes - expected));
  }
  if (otherSide > Math.ceil(served.length * OTHER_SIDE_SHARE)) {
    throw new PipelineError(
      'parity_failed',
      `${otherSide} of ${served.length} test rows take another side of a threshold of the meta-model than in Python; ` +
        `at most ${OTHER_SIDE_SHARE * 100} % may.`,
    );
  }
  return {
    rows: served.length,
    rows_near_threshold: near,
    rows_on_other_side: otherSide,
    largest_difference: largest,
  };
}

function isClose(minutes: number, expected: number): boolean {
  return Math.abs(minutes - expected) <= PARITY_TOLERANCE_MINUTES;
}

function differs(row: number, minutes: number, expected: string): PipelineError {
  return new PipelineError(
    'parity_failed',
    `Test row ${row} is served as ${minutes} minutes; Python gives ${expected}.`,
  );
}
