/**
 * Whether the served path gives what Python gave, on every test row.
 * The graph sums in float32 and Python in float64. Where a base prediction lies on a threshold of the meta-model, the
 * two may take different sides; those rows are counted apart and must equal one of the sides.
 */
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

export interface Parity {
  readonly rows: number;
  readonly rows_near_threshold: number;
  /** Minutes, over the rows that are not near a threshold. */
  readonly largest_difference: number;
}

/** Minutes by which the two may differ. */
export const PARITY_TOLERANCE_MINUTES = 0.001;
/** Share of rows that may lie near a threshold. */
const NEAR_THRESHOLD_SHARE = 0.001;

/**
 * @param served [rows] minutes, from the workers
 * @throws PipelineError `parity_failed`, naming the first row that differs, or too many near a threshold.
 */
export function checkParity(served: Float32Array, python: PythonPredictions): Parity {
  let near = 0;
  let largest = 0;
  for (const [row, minutes] of served.entries()) {
    const expected = python.minutes[row] ?? Number.NaN;
    if (python.nearThreshold[row] === true) {
      near += 1;
      const sides = python.alternatives[row] ?? [];
      if (!sides.some((side) => isClose(minutes, side))) throw differs(row, minutes, `one of ${sides.join(', ')}`);
      continue;
    }
    if (!isClose(minutes, expected)) throw differs(row, minutes, String(expected));
    largest = Math.max(largest, Math.abs(minutes - expected));
  }
  if (near > served.length * NEAR_THRESHOLD_SHARE) {
    throw new PipelineError(
      'parity_failed',
      `${near} of ${served.length} test rows lie near a threshold of the meta-model; at most ${NEAR_THRESHOLD_SHARE * 100} % may.`,
    );
  }
  return { rows: served.length, rows_near_threshold: near, largest_difference: largest };
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
