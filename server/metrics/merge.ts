/** The metrics of several processes as if they were one's: plain data, since it comes from other processes. */

/** One value of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  /** Where it is not that of the metric: a histogram's buckets, sum and count. */
  readonly metricName?: string;
}

/** One metric of one process, at one time. */
export interface MetricSnapshot {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** What becomes of values with the same labels. */
  readonly aggregate: Aggregate;
  readonly values: readonly Sample[];
}

/** Whether values of several processes are added or the largest is taken. */
export type Aggregate = 'sum' | 'max';

/** All metrics of one process, or of several that were merged. */
export type MetricsSnapshot = readonly MetricSnapshot[];

/** Each metric once, and each of its values once for its labels. */
export function mergeSnapshots(snapshots: readonly MetricsSnapshot[]): MetricsSnapshot {
  const groups = new Map<string, MetricSnapshot[]>();
  for (const metric of snapshots.flat()) {
    const group = groups.get(metric.name);
    if (group === undefined) groups.set(metric.name, [metric]);
    else group.push(metric);
  }
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, values: mergeValues(first.aggregate, [first, ...others]) }],
  );
}

/** What stays true of a process that has ended: what it has counted, and nothing of how it was. */
export function countsOf(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter(({ type }) => type !== 'gauge');
}

function mergeValues(aggregate: Aggregate, metrics: readonly MetricSnapshot[]): Sample[] {
  const merged = new Map<string, Sample>();
  for (const sample of metrics.flatMap(({ values }) => values)) {
    const key = keyOf(sample);
    const known = merged.get(key)?.value;
    const value =
      known === undefined ? sample.value : aggregate === 'max' ? Math.max(known, sample.value) : known + sample.value;
    merged.set(key, { ...sample, value });
  }
  return [...merged.values()];
}

function keyOf({ metricName, labels }: Sample): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([metricName, sorted.map(([name, value]) => [name, String(value)])]);
}
