/** The gates as far as training can tell them: accuracy as it is, speed as what promotion will ask. */
import type { Params, Thresholds } from '../../config/params.js';
import { comparisonGate } from '../comparison.js';
import { type Gate, judgeAccuracy, judgeSpeed } from '../gates.js';
import { computeMetrics } from '../metrics.js';
import type { Standing } from './production.js';
import type { TestRows } from './test-rows.js';

/** A gate as both targets of promotion have it. */
export interface GateRow {
  /** As in `params.yaml`. */
  readonly name: string;
  readonly relation: Gate['relation'];
  /** Of complete rows. Null where it is of all rows, measured at promotion, or cannot be. */
  readonly value: number | null;
  /** The same of all test rows; null or undefined where there is none. */
  readonly allRows: number | null | undefined;
  readonly staging: Verdict | undefined;
  readonly production: Verdict | undefined;
}

/** What one target says of it. */
export interface Verdict {
  readonly limit: number;
  /** Undefined where it is decided at promotion. */
  readonly passed: boolean | undefined;
}

const UNMEASURED = { avg_latency_ms: null, p99_latency_ms: null, cpu_ratio_to_bare: null };

/** The gates in the order of `params.yaml`, and last that of the comparison with production, where there is one. */
export function gateTable(policy: Params['promotion_policy'], test: TestRows, { comparison }: Standing): GateRow[] {
  const staging = gatesOf(policy.staging, test);
  const production = gatesOf(policy.production, test);
  const rows = staging.map(({ gate, verdict }, at): GateRow => {
    const { name, relation, value, all_rows } = gate;
    return { name, relation, value, allRows: all_rows, staging: verdict, production: production[at]?.verdict };
  });
  const against = comparisonGate(comparison).map(({ name, relation, limit, value, passed }): GateRow => {
    return { name, relation, value: null, allRows: value, staging: undefined, production: { limit, passed } };
  });
  return [...rows, ...against];
}

function gatesOf(
  thresholds: Thresholds,
  { complete, actual, predicted }: TestRows,
): { gate: Gate; verdict: Verdict }[] {
  const { extreme_error_threshold: threshold } = thresholds.diagnostics;
  const rows = [...complete.keys()].filter((row) => complete[row]);
  const of = (values: Float64Array) => rows.map((row) => values[row] ?? Number.NaN);
  const judgement = {
    complete: computeMetrics(of(actual), of(predicted), threshold),
    all: computeMetrics(actual, predicted, threshold),
  };
  return [
    ...judgeAccuracy(thresholds, judgement).map((gate) => ({
      gate,
      verdict: { limit: gate.limit, passed: gate.passed },
    })),
    ...judgeSpeed(thresholds, UNMEASURED).map((gate) => ({ gate, verdict: { limit: gate.limit, passed: undefined } })),
  ];
}
