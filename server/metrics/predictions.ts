/** What is told of the batches: how many rows, how long each part of their way took, how busy the workers are. */
import type { BatchMeter, BatchMeters } from './batches.js';
import type { Distribution, Labels, Metrics } from './prometheus.js';

const OF = ['version', 'role'] as const;
type Of = Labels<(typeof OF)[number]>;
const MILLIS_PER_SECOND = 1_000;

/** Registers what is told of rows and batches, of every meter there is at a scrape. */
export function measurePredictions(metrics: Metrics, meters: BatchMeters): void {
  const each =
    <Value>(read: (meter: BatchMeter) => Value) =>
    (): (readonly [Of, Value])[] =>
      meters.all.map((meter) => [{ version: meter.version, role: meter.role }, read(meter)]);
  measureTimes(metrics, each);
  measureWorkers(metrics, each);
  metrics.counter({
    name: 'food_eta_rows_total',
    help: 'Rows that were predicted, whether or not their callers still waited.',
    labels: OF,
    read: each(({ rows }) => rows),
  });
  metrics.counter({
    name: 'food_eta_unknown_words_total',
    help: 'Words that the version does not know, and takes for missing, by the field of the order.',
    labels: [...OF, 'field'],
    read: () =>
      meters.all.flatMap(({ version, role, unknownWords }) =>
        [...unknownWords].map(([field, count]) => [{ version, role, field }, count] as const),
      ),
  });
  meters.refusals.measure(metrics);
}

type Each = <Value>(read: (meter: BatchMeter) => Value) => () => (readonly [Of, Value])[];

function measureTimes(metrics: Metrics, each: Each): void {
  const histogram = (name: string, help: string, read: (meter: BatchMeter) => Distribution): void =>
    metrics.histogram({ name, help, labels: OF, read: each(read) });
  histogram('food_eta_latency_seconds', 'Of each row, from its whole request to its minutes.', ({ latencyMs }) =>
    latencyMs.read(MILLIS_PER_SECOND),
  );
  histogram(
    'food_eta_queue_wait_seconds',
    'Of each row, from its whole request until its batch goes to a worker.',
    ({ queueWaitMs }) => queueWaitMs.read(MILLIS_PER_SECOND),
  );
  histogram(
    'food_eta_service_seconds',
    'Of each batch, from its way to a worker to its minutes; it may wait there for the batch before it. Few rows are predicted without one.',
    ({ serviceMs }) => serviceMs.read(MILLIS_PER_SECOND),
  );
  histogram('food_eta_batch_rows', 'Rows of each batch.', ({ batchRows }) => batchRows.read());
}

function measureWorkers(metrics: Metrics, each: Each): void {
  metrics.gauge({
    name: 'food_eta_workers',
    help: 'Worker threads of a version that is loaded.',
    labels: OF,
    aggregate: 'sum',
    read: each(({ workers }) => workers),
  });
  metrics.gauge({
    name: 'food_eta_batches_in_hand',
    help: 'Batches that are with the workers.',
    labels: OF,
    aggregate: 'sum',
    read: each(({ running }) => running),
  });
  metrics.counter({
    name: 'food_eta_worker_busy_seconds_total',
    help: 'Time that workers had a batch, of all workers together: its rate by food_eta_workers is their utilisation.',
    labels: OF,
    read: each((meter) => meter.busyMs(performance.now()) / MILLIS_PER_SECOND),
  });
  metrics.counter({
    name: 'food_eta_batches_failed_total',
    help: 'Batches whose worker failed, died or took too long.',
    labels: OF,
    read: each(({ failures }) => failures),
  });
}
