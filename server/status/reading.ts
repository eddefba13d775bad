/** What was counted of the traffic up to a moment, taken from the metrics of one process or of several. */
import type { MetricSnapshot, MetricsSnapshot, Sample } from '../metrics/merge.js';
import type { Distribution } from '../metrics/prometheus.js';

/** Counted since the start. */
export interface Reading {
  /** Requests for predictions that were answered, by what they were answered with. */
  readonly answered: number;
  readonly invalid: number;
  readonly failed: number;
  /** Rows predicted for callers. */
  readonly rows: number;
  /** Seconds. */
  readonly latency: Distribution;
  /** Seconds. */
  readonly queueWait: Distribution;
  readonly batchRows: Distribution;
}

const REQUESTS = 'food_eta_requests_total';
const ROWS = 'food_eta_rows_total';
const LATENCY = 'food_eta_latency_seconds';
const QUEUE_WAIT = 'food_eta_queue_wait_seconds';
const BATCH_ROWS = 'food_eta_batch_rows';

/** The metrics that a reading is made of. */
export const READ_METRICS: readonly string[] = [REQUESTS, ROWS, LATENCY, QUEUE_WAIT, BATCH_ROWS];

/** @param snapshots those of each process; what they hold besides `READ_METRICS` does not count */
export function readingOf(snapshots: readonly MetricsSnapshot[]): Reading {
  const metrics = snapshots.flat();
  const of = (name: string): readonly MetricSnapshot[] => metrics.filter((metric) => metric.name === name);
  const requests = samplesOf(of(REQUESTS)).filter(({ labels }) => isForPredictions(String(labels['route'])));
  const byStatus = (wanted: (code: number) => boolean) =>
    sum(requests.filter(({ labels }) => wanted(Number(labels['code']))));
  return {
    answered: byStatus((code) => code < 400),
    invalid: byStatus((code) => code >= 400 && code < 500 && code !== 429),
    failed: byStatus((code) => code === 429 || code >= 500),
    rows: sum(samplesOf(of(ROWS)).filter(isLive)),
    latency: distributionOf(LATENCY, of(LATENCY)),
    queueWait: distributionOf(QUEUE_WAIT, of(QUEUE_WAIT)),
    batchRows: distributionOf(BATCH_ROWS, of(BATCH_ROWS)),
  };
}

/** The routes whose answers are minutes, all of which have one of these forms. */
function isForPredictions(route: string): boolean {
  return route.startsWith('/predict') || route.endsWith('/infer') || route === '/invocations';
}

/** Callers wait for no shadow. */
function isLive({ labels }: Sample): boolean {
  return labels['role'] === 'live';
}

function samplesOf(metrics: readonly MetricSnapshot[]): readonly Sample[] {
  return metrics.flatMap(({ values }) => values);
}

function sum(samples: readonly Sample[]): number {
  return samples.reduce((total, { value }) => total + value, 0);
}

/** Of all versions and processes; the format's buckets are cumulative, these are not. */
function distributionOf(name: string, metrics: readonly MetricSnapshot[]): Distribution {
  const samples = samplesOf(metrics).filter(isLive);
  const cumulative = new Map<string, number>();
  for (const { metricName, labels, value } of samples) {
    if (metricName !== `${name}_bucket`) continue;
    const bound = String(labels['le']);
    cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  let before = 0;
  const buckets = [...cumulative].map(([bound, count]) => {
    const bucket = { bound: bound === '+Inf' ? null : Number(bound), count: count - before };
    before = count;
    return bucket;
  });
  return { buckets, sum: sum(samples.filter(({ metricName }) => metricName === `${name}_sum`)) };
}
