/**
 * What is measured, in the Prometheus text format, by prom-client, whose only importer this is. A metric that is
 * counted elsewhere anyway is read when it is asked for; each collection is of its own, none is the process's.
 */
import { Counter, Gauge, type Histogram, Registry } from 'prom-client';
import { type Aggregate, type MetricSnapshot, type MetricsSnapshot, mergeSnapshots, type Sample } from './merge.js';

/** The Prometheus text format, version 0.0.4. */
export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The value of each label. */
export type Labels<Label extends string> = Readonly<Record<Label, string | number>>;

/** A metric that is read when it is asked for. */
export interface ReadMetric<Label extends string, Value> {
  readonly name: string;
  readonly help: string;
  /** None where it has one value at most. */
  readonly labels: readonly Label[];
  /** What is known now, each with labels of its own; what is not known is left out. */
  read(): readonly (readonly [labels: Labels<Label>, value: Value])[];
}

/** A gauge, read when Prometheus asks. */
export interface ReadGauge<Label extends string> extends ReadMetric<Label, number> {
  /** What stands for several processes: their values added, or the largest of them. */
  readonly aggregate: Aggregate;
}

const AGGREGATES: Readonly<Record<Aggregate, string>> = { sum: 'their sum', max: 'the largest' };

/** What was observed, already sorted into buckets. */
export interface Distribution {
  /** By bound, ascending, those above the bound before it; the last bucket has no bound. */
  readonly buckets: readonly { readonly bound: number | null; readonly count: number }[];
  readonly sum: number;
}

/** The metrics of one process: each is read when it is asked for, and costs nothing before. */
export class Metrics {
  readonly #registry = new Registry();

  gauge<Label extends string>({ name, help, labels, aggregate, read }: ReadGauge<Label>): void {
    const told = `${help} Of several processes: ${AGGREGATES[aggregate]}.`;
    const options = { name, help: told, labelNames: labels, registers: [this.#registry] };
    new Gauge({
      ...options,
      aggregator: aggregate,
      collect() {
        forget(this, labels);
        for (const [of, value] of read()) this.set({ ...of }, value);
      },
    });
  }

  counter<Label extends string>({ name, help, labels, read }: ReadMetric<Label, number>): void {
    const options = { name, help, labelNames: labels, registers: [this.#registry] };
    new Counter({
      ...options,
      collect() {
        forget(this, labels);
        for (const [of, value] of read()) this.inc({ ...of }, value);
      },
    });
  }

  /** A prom-client histogram takes single observations alone. */
  histogram<Label extends string>({ name, help, read }: ReadMetric<Label, Distribution>): void {
    const values = () => read().flatMap(([labels, distribution]) => linesOf(name, labels, distribution));
    register(this.#registry, name, () => ({ name, help, type: 'histogram', aggregate: 'sum', values: values() }));
  }

  /** All of them, as of now; rejects with what a `read` throws. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** The same as plain data, which may cross to another process. */
  async snapshot(): Promise<MetricsSnapshot> {
    const metrics = (await this.#registry.getMetricsAsJSON()) as unknown as readonly Told[];
    return metrics.map(({ name, help, type, aggregator, values }) => {
      return { name, help, type, aggregate: aggregator === 'max' ? 'max' : 'sum', values };
    });
  }

  /** The metrics of several processes as one text. */
  static merge(snapshots: readonly MetricsSnapshot[]): Promise<string> {
    const registry = new Registry();
    for (const metric of mergeSnapshots(snapshots)) register(registry, metric.name, () => metric);
    return registry.metrics();
  }
}

/** What prom-client gives of a metric, more precisely than its types say. */
interface Told extends Omit<MetricSnapshot, 'aggregate'> {
  readonly aggregator?: string;
}

/** Has the registry tell what is not one of its own metrics: it asks but these two of them. */
function register(registry: Registry, name: string, read: () => MetricSnapshot): void {
  const metric = { name, get: async () => read() };
  registry.registerMetric(metric as unknown as Histogram);
}

/** Without labels there is a 0 after a reset, which would be told although nothing is known. */
function forget<Label extends string>(metric: Gauge<Label> | Counter<Label>, labels: readonly Label[]): void {
  metric.reset();
  if (labels.length === 0) metric.remove();
}

/** The buckets of the format are cumulative. */
function linesOf(name: string, labels: Labels<string>, { buckets, sum }: Distribution): Sample[] {
  let count = 0;
  const lines: Sample[] = buckets.map((bucket) => {
    count += bucket.count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bucket.bound ?? '+Inf' }, value: count };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
