import t from 'tap';
import type { Thresholds } from '../config/params.js';
import { formatGates, type Judgement, judge } from './gates.js';
import { computeMetrics } from './metrics.js';

const THRESHOLDS: Thresholds = {
  performance: { min_test_r2: 0.82, max_test_mae: 6 },
  diagnostics: {
    at_requests_per_second: 500,
    max_avg_latency_ms: 50,
    max_p99_latency_ms: 250,
    max_cpu_ratio_to_bare: 6,
    max_extreme_errors: 2,
    extreme_error_threshold: 15,
  },
};
const METRICS = computeMetrics([10, 20, 30], [10, 20, 30], 15);
const NAMES = [
  'min_test_r2',
  'max_test_mae',
  'max_extreme_errors',
  'max_avg_latency_ms',
  'max_p99_latency_ms',
  'max_cpu_ratio_to_bare',
];

interface Values {
  readonly r2?: number;
  readonly mae?: number;
  readonly extreme_errors?: number;
  readonly latency?: number;
  readonly p99?: number;
  readonly cpu?: number;
}

function judgement({ latency = 1, p99 = 5, cpu = 2, ...complete }: Values): Judgement {
  const measured = { avg_latency_ms: latency, p99_latency_ms: p99, cpu_ratio_to_bare: cpu };
  return { complete: { ...METRICS, ...complete }, all: METRICS, measured };
}

/** The gates that do not pass. */
function failing(values: Values): string[] {
  return judge(THRESHOLDS, judgement(values))
    .filter(({ passed }) => !passed)
    .map(({ name }) => name);
}

t.test(
  'a value at the limit passes, one beyond it fails that gate alone, and so does one that is no number',
  async (t) => {
    t.strictSame(failing({}), []);
    t.strictSame(failing({ r2: 0.82, mae: 6, extreme_errors: 2, latency: 50, p99: 250, cpu: 6 }), []);
    for (const r2 of [0.8199, Number.NaN]) t.strictSame(failing({ r2 }), ['min_test_r2']);
    for (const mae of [6.001, Number.NaN]) t.strictSame(failing({ mae }), ['max_test_mae']);
    for (const extreme_errors of [3, Number.NaN]) t.strictSame(failing({ extreme_errors }), ['max_extreme_errors']);
    for (const latency of [50.1, Number.NaN]) t.strictSame(failing({ latency }), ['max_avg_latency_ms']);
    for (const p99 of [250.1, Number.NaN]) t.strictSame(failing({ p99 }), ['max_p99_latency_ms']);
    for (const cpu of [6.1, Number.NaN]) t.strictSame(failing({ cpu }), ['max_cpu_ratio_to_bare']);
    t.strictSame(failing({ r2: 0, mae: 9, extreme_errors: 9, latency: 99, p99: 999, cpu: 9 }), NAMES);
  },
);

t.test('complete rows are judged, and all rows stand beside them for comparison', async (t) => {
  const all = computeMetrics([10, 20, 30], [40, 40, 40], 15);
  const gates = judge(THRESHOLDS, { ...judgement({}), all });
  t.ok(gates.every(({ passed }) => passed));
  t.strictSame(
    gates.map(({ all_rows }) => all_rows),
    [all.r2, all.mae, all.extreme_errors, undefined, undefined, undefined],
  );
});

t.test('the table of gates has a line for each, with its limit, its value and whether it passed', async (t) => {
  const gates = judge(THRESHOLDS, judgement({ r2: 0.8461, mae: 6.5, latency: 0.7 }));
  t.equal(
    formatGates(gates),
    [
      '  pass  min_test_r2            at least 0.82  0.8461  (all rows: 1)',
      '  FAIL  max_test_mae           at most 6      6.5000  (all rows: 0)',
      '  pass  max_extreme_errors     at most 2      0       (all rows: 0)',
      '  pass  max_avg_latency_ms     at most 50     0.7000',
      '  pass  max_p99_latency_ms     at most 250    5',
      '  pass  max_cpu_ratio_to_bare  at most 6      2',
    ].join('\n'),
  );
});
