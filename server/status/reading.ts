/** What was counted of the traffic up to a moment, taken from the very numbers that the hot path adds to. */
import type { BatchMeter, BatchMeters } from '../metrics/batches.js';
import type { Distribution } from '../metrics/prometheus.js';
import type { Traffic } from '../metrics/traffic.js';

/** Counted since the start. Plain data, since it crosses to another process. */
export interface Reading {
  /** Requests for predictions that were answered, by what they were answered with. */
  readonly answered: number;
  readonly invalid: number;
  readonly failed: number;
  /** Rows predicted for callers. */
  readonly rows: number;
  readonly latencyMs: Distribution;
  readonly queueWaitMs: Distribution;
  readonly batchRows: Distribution;
}

const NOTHING: Distribution = { buckets: [], sum: 0 };

/** Of this process. */
export function readingOf(meters: BatchMeters, traffic: Traffic): Reading {
  // Callers wait for no shadow.
  const live = meters.all.filter(({ role }) => role === 'live');
  const added = (read: (meter: BatchMeter) => Distribution) => live.map(read).reduce(sumOf, NOTHING);
  const statuses = traffic.statuses(isForPredictions);
  return {
    answered: countIn(statuses, (code) => code < 400),
    invalid: countIn(statuses, (code) => code >= 400 && code < 500 && code !== 429),
    failed: countIn(statuses, (code) => code === 429 || code >= 500),
    rows: live.reduce((sum, { rows }) => sum + rows, 0),
    latencyMs: added(({ latencyMs }) => latencyMs.read()),
    queueWaitMs: added(({ queueWaitMs }) => queueWaitMs.read()),
    batchRows: added(({ batchRows }) => batchRows.read()),
  };
}

/** Of several processes, as if they were one. */
export function addReadings(one: Reading, other: Reading): Reading {
  return {
    answered: one.answered + other.answered,
    invalid: one.invalid + other.invalid,
    failed: one.failed + other.failed,
    rows: one.rows + other.rows,
    latencyMs: sumOf(one.latencyMs, other.latencyMs),
    queueWaitMs: sumOf(one.queueWaitMs, other.queueWaitMs),
    batchRows: sumOf(one.batchRows, other.batchRows),
  };
}

/** Of a process that has not counted anything yet. */
export const NOTHING_READ: Reading = {
  answered: 0,
  invalid: 0,
  failed: 0,
  rows: 0,
  latencyMs: NOTHING,
  queueWaitMs: NOTHING,
  batchRows: NOTHING,
};

/** The routes whose answers are minutes, all of which have one of these forms. */
function isForPredictions(route: string): boolean {
  return route.startsWith('/predict') || route.endsWith('/infer') || route === '/invocations';
}

/** @param statuses how many requests there were, by status; 0 is for those whose client left */
function countIn(statuses: Float64Array, isWanted: (code: number) => boolean): number {
  return statuses.reduce((sum, count, code) => (count > 0 && code > 0 && isWanted(code) ? sum + count : sum), 0);
}

/** The bounds are the same everywhere; only what has not measured anything has none. */
function sumOf(one: Distribution, other: Distribution): Distribution {
  if (one.buckets.length === 0) return other;
  const buckets = one.buckets.map(({ bound, count }, index) => {
    return { bound, count: count + (other.buckets[index]?.count ?? 0) };
  });
  return { buckets, sum: one.sum + other.sum };
}
