/** The traffic of the last minutes: what was counted from one reading to the next, a point each. */
import { STATUS_POINTS, STATUS_SAMPLE_MS } from '../limits.js';
import type { Distribution } from '../metrics/prometheus.js';
import type { Percentiles, TrafficPoint } from './answer.js';
import { boundOf, countOf, quantile } from './quantile.js';
import type { Reading } from './reading.js';

const MILLIS_PER_SECOND = 1_000;
/** More digits than a chart or a sentence has use for would only be sent. */
const DIGITS = 4;

/** Readings come late on a busy machine, and then two in a row: a rate over so short a time would tell nothing. */
const SHORTEST_MS = STATUS_SAMPLE_MS / 2;

/** Makes a point of every two readings, and keeps the newest 300. Rates are per second, times in milliseconds. */
export class TrafficHistory {
  readonly #points: TrafficPoint[] = [];
  #last: { readonly reading: Reading; readonly nowMs: number } | undefined;

  /**
   * @param nowMs by a clock that nobody sets
   * @param at the time of day, in milliseconds since 1970
   */
  add(reading: Reading, nowMs = performance.now(), at = Date.now()): void {
    const last = this.#last;
    if (last !== undefined && nowMs - last.nowMs < SHORTEST_MS) return;
    this.#last = { reading, nowMs };
    if (last === undefined) return;
    const point = pointOf(last.reading, reading, (nowMs - last.nowMs) / MILLIS_PER_SECOND, at);
    if (point === undefined) return;
    this.#points.push(point);
    if (this.#points.length > STATUS_POINTS) this.#points.shift();
  }

  /** The points after that time, in milliseconds since 1970, the newest last. */
  since(after: number): TrafficPoint[] {
    return this.#points.filter(({ at }) => at > after);
  }
}

/** Undefined where something has been counted backwards: a version's counts were dropped when it was long unloaded. */
function pointOf(before: Reading, now: Reading, seconds: number, at: number): TrafficPoint | undefined {
  const latency = difference(before.latencyMs, now.latencyMs);
  const queueWait = difference(before.queueWaitMs, now.queueWaitMs);
  const batchRows = difference(before.batchRows, now.batchRows);
  const counts = [now.answered - before.answered, now.invalid - before.invalid, now.failed - before.failed];
  const rows = now.rows - before.rows;
  const buckets = [latency, queueWait, batchRows].flatMap((one) => one.buckets);
  if ([...counts, rows, ...buckets.map(({ count }) => count)].some((count) => count < 0)) return undefined;
  const [answered = 0, invalid = 0, failed = 0] = counts.map((count) => rounded(count / seconds));
  return {
    at,
    requests_per_second: { answered, invalid, failed },
    rows_per_second: rounded(rows / seconds),
    latency_ms: percentilesOf(latency),
    queue_wait_ms: percentilesOf(queueWait),
    batch_rows: batchRowsOf(batchRows),
  };
}

/** The buckets are the same each time, but for a server that has not measured anything yet, which has none. */
function difference(before: Distribution, now: Distribution): Distribution {
  const buckets = now.buckets.map(({ bound, count }, index) => {
    return { bound, count: count - (before.buckets[index]?.count ?? 0) };
  });
  return { buckets, sum: now.sum - before.sum };
}

function percentilesOf({ buckets }: Distribution): Percentiles | null {
  if (countOf(buckets) === 0) return null;
  const at = (share: number) => rounded(quantile(buckets, share) ?? 0);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

function batchRowsOf({ buckets, sum }: Distribution): TrafficPoint['batch_rows'] {
  const batches = countOf(buckets);
  if (batches === 0) return null;
  return { mean: rounded(sum / batches), p90: boundOf(buckets, 0.9) ?? 0 };
}

function rounded(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
