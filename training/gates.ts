/**
 * The gates of promotion: what a version must hold to, judged on its complete test rows and over HTTP. The one that
 * compares it with another version is in `comparison.ts`.
 */
import type { Thresholds } from '../config/params.js';
import type { Latency } from './measure-latency.js';
import type { Metrics } from './metrics.js';

/** A limit, the number that was held against it, and what came of it. */
export interface Gate {
  /** As in `params.yaml`. */
  readonly name: string;
  readonly limit: number;
  readonly relation: 'at least' | 'at most';
  /** Null where it could not be measured. */
  readonly value: number | null;
  readonly passed: boolean;
  /** The gate did not pass, and a person gave a reason to promote the version all the same. */
  readonly forced?: true;
  /** The value over all test rows, complete or not, for comparison; undefined where it makes no sense. */
  readonly all_rows?: number;
}

/** The numbers that the gates are held against. */
export interface Judgement {
  /** Over complete test rows. */
  readonly complete: Metrics;
  readonly all: Metrics;
  /** Over HTTP. */
  readonly measured: Pick<Latency, 'avg_latency_ms' | 'p99_latency_ms' | 'cpu_ratio_to_bare'>;
}

/** Every gate, in the order of `params.yaml`. A value that is no number passes none. */
export function judge(thresholds: Thresholds, judgement: Judgement): Gate[] {
  return [...judgeAccuracy(thresholds, judgement), ...judgeSpeed(thresholds, judgement.measured)];
}

/** The gates that the test rows alone decide, so that training can tell them. */
export function judgeAccuracy(
  { performance, diagnostics }: Thresholds,
  { complete, all }: Pick<Judgement, 'complete' | 'all'>,
): Gate[] {
  return [
    atLeast('min_test_r2', performance.min_test_r2, complete.r2, all.r2),
    atMost('max_test_mae', performance.max_test_mae, complete.mae, all.mae),
    atMost('max_extreme_errors', diagnostics.max_extreme_errors, complete.extreme_errors, all.extreme_errors),
  ];
}

/** The gates of what is measured over HTTP; null where nothing was. */
export function judgeSpeed(
  { diagnostics }: Thresholds,
  measured: { readonly [Figure in keyof Judgement['measured']]: number | null },
): Gate[] {
  return [
    atMost('max_avg_latency_ms', diagnostics.max_avg_latency_ms, measured.avg_latency_ms),
    atMost('max_p99_latency_ms', diagnostics.max_p99_latency_ms, measured.p99_latency_ms),
    atMost('max_cpu_ratio_to_bare', diagnostics.max_cpu_ratio_to_bare, measured.cpu_ratio_to_bare),
  ];
}

/** A gate that a value at the limit or above passes; `NaN` does not. */
export function atLeast(name: string, limit: number, value: number, allRows?: number): Gate {
  const gate = { name, limit, relation: 'at least', value, passed: value >= limit } as const;
  return allRows === undefined ? gate : { ...gate, all_rows: allRows };
}

/** A gate that a value at the limit or below passes; `NaN` and null do not. */
export function atMost(name: string, limit: number, value: number | null, allRows?: number): Gate {
  const gate = { name, limit, relation: 'at most', value, passed: value !== null && value <= limit } as const;
  return allRows === undefined ? gate : { ...gate, all_rows: allRows };
}

/** Whether the gate does not stand in the way. */
export function isOpen({ passed, forced }: Gate): boolean {
  return passed || forced === true;
}

/** One line a gate, as a table. */
export function formatGates(gates: readonly Gate[]): string {
  const rows = gates.map(({ name, relation, limit, value, passed, forced, all_rows }) => [
    passed ? 'pass' : forced ? 'forced' : 'FAIL',
    name,
    `${relation} ${limit}`,
    shown(value),
    all_rows === undefined ? '' : `(all rows: ${shown(all_rows)})`,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd()).join('\n');
}

function shown(value: number | null): string {
  if (value === null) return 'unknown';
  return Number.isInteger(value) ? String(value) : value.toFixed(4);
}
