/** `npm run bench -- --gate`: what promotion to staging asks of a version's speed, and nothing else. */
import type { Params } from '../config/params.js';
import type { GateFigures } from './gate-figures.js';

type Limits = Params['promotion_policy']['staging']['diagnostics'];

/** A limit of speed, and the figure that is held against it. */
export interface GateLine {
  /** As in `params.yaml`. */
  readonly name: string;
  /** In the unit that the name tells: milliseconds, a ratio, requests. So is the value, which may be as large. */
  readonly limit: number;
  readonly value: number;
  readonly passed: boolean;
}

/** A value that is no number passes nothing. */
export function gateLines(limits: Limits, figures: GateFigures): GateLine[] {
  const unanswered = figures.refused + figures.errors + figures.unsent;
  const values: readonly (readonly [name: string, limit: number, value: number])[] = [
    ['max_avg_latency_ms', limits.max_avg_latency_ms, figures.avg_latency_ms],
    ['max_p99_latency_ms', limits.max_p99_latency_ms, figures.p99_latency_ms],
    ['max_cpu_ratio_to_bare', limits.max_cpu_ratio_to_bare, figures.cpu_ratio_to_bare],
    ['requests without a prediction', 0, figures.requests === 0 ? Number.NaN : unanswered],
  ];
  return values.map(([name, limit, value]) => ({ name, limit, value, passed: value <= limit }));
}

/** The lines for a terminal, below the rate at which latency was measured. */
export function formatGate(lines: readonly GateLine[], { at_requests_per_second: rate }: GateFigures): string {
  const width = Math.max(...lines.map(({ name }) => name.length));
  return [
    `at_requests_per_second: ${rate}`,
    ...lines.map(({ name, limit, value, passed }) => {
      const shown = Number.isInteger(value) ? String(value) : value.toFixed(3);
      return `  ${passed ? 'pass' : 'FAIL'}  ${name.padEnd(width)}  at most ${limit}  ${shown}`;
    }),
  ].join('\n');
}
