/** The meters, driven as a batcher drives them, and what Prometheus is then told. */
import t from 'tap';
import { selectFeatures } from '../../features/catalogue.js';
import { Encoder } from '../../features/encoder.js';
import { TABLE_BATCH_ROWS } from '../../workers/limits.js';
import { parseExposition } from '../fixtures/exposition.js';
import { LATENCY_BOUNDS_MS, METERS_KEPT } from '../limits.js';
import { BatchMeters } from './batches.js';
import { measurePredictions } from './predictions.js';
import { Metrics } from './prometheus.js';

function encoder(): Encoder {
  return Encoder.fit(selectFeatures(['city_type']), () => ['Urban'], [24]);
}

/** The values told, by metric and labels. */
async function told(meters: BatchMeters): Promise<(name: string, labels?: Record<string, string>) => number> {
  const metrics = new Metrics();
  measurePredictions(metrics, meters);
  const samples = [...parseExposition(await metrics.text()).values()].flatMap((family) => family.samples);
  return (name, labels = {}) => {
    const entries = Object.entries(labels);
    const found = samples.filter((s) => s.name === name && entries.every(([key, value]) => s.labels[key] === value));
    if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value ?? Number.NaN;
  };
}

t.test('a batch that comes back is told with its rows, waits and times, by version and role', async (t) => {
  const meters = new BatchMeters();
  const meter = meters.of('live', 7);
  meter.attach(2, encoder());
  meter.handedOver([100, 100, 104], 3, 105);
  t.equal((await told(meters))('food_eta_batches_in_hand'), 1);
  meter.finished([100, 100, 104], 3, 105, 107);
  const value = await told(meters);
  const of = { version: '7', role: 'live' };
  t.equal(value('food_eta_rows_total', of), 3);
  t.equal(value('food_eta_batches_in_hand', of), 0);
  t.equal(value('food_eta_batch_rows_bucket', { ...of, le: '2' }), 0);
  t.equal(value('food_eta_batch_rows_bucket', { ...of, le: '4' }), 1);
  t.equal(value('food_eta_queue_wait_seconds_bucket', { ...of, le: '0.001' }), 1);
  t.equal(value('food_eta_queue_wait_seconds_count', of), 3);
  t.equal(value('food_eta_queue_wait_seconds_sum', of), 0.011);
  t.equal(value('food_eta_service_seconds_sum', of), 0.002);
  t.equal(value('food_eta_service_seconds_count', of), 1);
  t.equal(value('food_eta_latency_seconds_count', of), 3);
  t.equal(value('food_eta_latency_seconds_sum', of), 0.017);
  t.equal(value('food_eta_latency_seconds_bucket', { ...of, le: '0.005' }), 1);
});

t.test('workers are busy while they have a batch, each counted once', async (t) => {
  const meters = new BatchMeters();
  const meter = meters.of('live', 1);
  meter.attach(2, encoder());
  meter.handedOver([0], 1, 10);
  meter.handedOver([0], 1, 20);
  meter.handedOver([0], 1, 30);
  meter.finished([0], 1, 10, 40);
  meter.failed(50);
  // One from 10, two from 20 to 50, though three batches were in hand; one since.
  t.equal(meter.busyMs(55), 10 + 2 * 30 + 5);
  meter.finished([0], 1, 30, 60);
  t.equal(meter.busyMs(1_000), 80);
  const value = await told(meters);
  t.equal(value('food_eta_worker_busy_seconds_total'), 0.08);
  t.equal(value('food_eta_batches_failed_total'), 1);
  t.equal(value('food_eta_workers'), 2);
});

t.test('a batch that is predicted where it stands is told like any other, and keeps no worker busy', async (t) => {
  const meters = new BatchMeters();
  const meter = meters.of('live', 1);
  meter.attach(2, encoder());
  meter.predictedInPlace([100, 100, 104], 3, 105, 107);
  meter.failedInPlace();
  const value = await told(meters);
  t.equal(value('food_eta_rows_total'), 3);
  t.equal(value('food_eta_batch_rows_sum'), 3);
  t.equal(value('food_eta_queue_wait_seconds_sum'), 0.011);
  t.equal(value('food_eta_service_seconds_sum'), 0.002);
  t.equal(value('food_eta_latency_seconds_sum'), 0.017);
  t.equal(value('food_eta_batches_failed_total'), 1);
  t.equal(value('food_eta_batches_in_hand'), 0);
  t.equal(meter.busyMs(1_000), 0);
});

t.test('unknown words are told by field, and counted on when the version is loaded again', async (t) => {
  const meters = new BatchMeters();
  const row = new Float32Array(1);
  for (const round of [1, 2]) {
    const one = encoder();
    const meter = meters.of('shadow', 3);
    meter.attach(1, one);
    for (const City of ['Urban', 'Rural', 'Sea']) one.encode({ City }, row, 0);
    const value = await told(meters);
    t.equal(value('food_eta_unknown_words_total', { field: 'City', version: '3', role: 'shadow' }), 2 * round);
    meter.detach();
    t.equal((await told(meters))('food_eta_workers'), 0, 'no longer loaded');
  }
});

t.test('versions that are loaded stay measured, of others the last', async (t) => {
  const meters = new BatchMeters();
  const loaded = meters.of('live', 1);
  loaded.attach(1, encoder());
  for (let version = 2; version < 100; version++) {
    const meter = meters.of('live', version);
    meter.attach(1, encoder());
    meter.detach();
  }
  t.equal(meters.all.length, METERS_KEPT);
  t.ok(meters.all.includes(loaded));
  t.equal(meters.all.at(-1)?.version, 99);
});

t.test('rows that got no minutes are told by reason, from the first scrape on', async (t) => {
  const meters = new BatchMeters();
  t.equal((await told(meters))('food_eta_rows_refused_total', { reason: 'event_loop_lag' }), 0);
  meters.refusals.add('queue_full');
  meters.of('live', 1).refusals.add('queue_full', 100);
  meters.refusals.add('expired', 2);
  const value = await told(meters);
  t.equal(value('food_eta_rows_refused_total', { reason: 'queue_full' }), 101);
  t.equal(value('food_eta_rows_refused_total', { reason: 'expired' }), 2);
});

t.test('the buckets reach as far as what they are to tell apart', async (t) => {
  const meters = new BatchMeters();
  meters.of('live', 1).handedOver(new Float64Array(TABLE_BATCH_ROWS), TABLE_BATCH_ROWS, 0);
  t.equal((await told(meters))('food_eta_batch_rows_bucket', { le: String(TABLE_BATCH_ROWS) }), 1);
  t.strictSame(
    [...LATENCY_BOUNDS_MS].sort((a, b) => a - b),
    [...LATENCY_BOUNDS_MS],
  );
});
