/**
 * What is measured, in the Prometheus text format, by prom-client, whose only importer this is. A metric that is
 * counted elsewhere anyway is read when it is asked for; each collection is of its own, none is the process's.
 */
import { Counter, Gauge, type Histogram, Registry } from 'prom-client';

export const METRICS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels<Label extends string> = Readonly<Record<Label, string | number>>;

/** A metric that is read when it is asked for. */
export interface ReadMetric<Label extends string, Value> {
  readonly name: string;
  readonly help: string;
  /** None where it has one value at most. */
  readonly labels: readonly Label[];
  /** Of a gauge: what several processes together have, the sum or the largest. */
  readonly aggregate?: 'sum' | 'max';
  /** What is known now, each with labels of its own; what is not known is left out. */
  read(): readonly (readonly [labels: Labels<Label>, value: Value])[];
}

/** What was observed, already sorted into buckets. */
export interface Distribution {
  /** By bound, ascending, those above the bound before it; the last bucket has no bound. */
  readonly buckets: readonly { readonly bound: number | null; readonly count: number }[];
  readonly sum: number;
}

interface Line {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export class Metrics {
  readonly #registry = new Registry();

  gauge<Label extends string>({ name, help, labels, read }: ReadMetric<Label, number>): void {
    const options = { name, help, labelNames: labels, registers: [this.#registry] };
    new Gauge({
      ...options,
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

  /** A prom-client histogram takes single observations alone; of a metric its registry asks but these, untyped. */
  histogram<Label extends string>({ name, help, read }: ReadMetric<Label, Distribution>): void {
    const metric = {
      name,
      get: async () => ({
        name,
        help,
        type: 'histogram',
        values: read().flatMap(([labels, distribution]) => linesOf(name, labels, distribution)),
      }),
    };
    this.#registry.registerMetric(metric as unknown as Histogram);
  }

  /** All of them, as of now; rejects with what a `read` throws. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Without labels there is a 0 after a reset, which would be told although nothing is known. */
function forget<Label extends string>(metric: Gauge<Label> | Counter<Label>, labels: readonly Label[]): void {
  metric.reset();
  if (labels.length === 0) metric.remove();
}

/** The buckets of the format are cumulative. */
function linesOf(name: string, labels: Labels<string>, { buckets, sum }: Distribution): Line[] {
  let count = 0;
  const lines: Line[] = buckets.map((bucket) => {
    count += bucket.count;
    return { metricName: `${name}_bucket`, labels: { ...labels, le: bucket.bound ?? '+Inf' }, value: count };
  });
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
