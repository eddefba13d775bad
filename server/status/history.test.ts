import t from 'tap';
import { STATUS_POINTS } from '../limits.js';
import { BatchMeters, type Role } from '../metrics/batches.js';
import { Traffic } from '../metrics/traffic.js';
import { TrafficHistory } from './history.js';
import { boundOf, quantile } from './quantile.js';
import { addReadings, NOTHING_READ, readingOf } from './reading.js';

/** A process whose batches are told to it. */
function measuredProcess() {
  const meters = new BatchMeters();
  const traffic = new Traffic();
  const routes = new Map<string, number>();
  return {
    read: () => readingOf(meters, traffic),
    request(route: string, status: number, times = 1): void {
      const index = routes.get(route) ?? traffic.add(route);
      routes.set(route, index);
      for (let time = 0; time < times; time++) traffic.ended(index, status);
    },
    /** A batch all of whose rows came `waitedMs` before it left, and were answered `tookMs` after they came. */
    batch(rows: number, waitedMs: number, tookMs: number, version = 1, role: Role = 'live'): void {
      const meter = meters.of(role, version);
      const arrivals = new Float64Array(rows);
      meter.handedOver(arrivals, rows, waitedMs);
      meter.finished(arrivals, rows, waitedMs, tookMs);
    },
  };
}

const readings = (...processes: readonly ReturnType<typeof measuredProcess>[]) =>
  processes.map(({ read }) => read()).reduce(addReadings, NOTHING_READ);

t.test('a point is what came between two readings, of all processes and versions, by the second', async (t) => {
  const [one, other] = [measuredProcess(), measuredProcess()];
  one.batch(32, 1, 2);
  one.request('/predict', 200, 32);
  const history = new TrafficHistory();
  history.add(readings(one, other), 1_000, 10_000);
  t.strictSame(history.since(0), [], 'what was before the first reading is of no known time');

  one.batch(8, 0.5, 4);
  other.batch(4, 0.5, 4, 2);
  other.batch(6, 0.5, 4, 2);
  other.batch(100, 900, 950, 3, 'shadow');
  one.request('/predict', 200, 8);
  other.request('/predict/batch', 200, 2);
  other.request('/v2/models/:name/infer', 200, 2);
  other.request('/invocations', 200, 2);
  other.request('/predict', 422, 3);
  other.request('/predict', 429, 4);
  other.request('/predict/batch', 503, 1);
  for (const route of ['/status', '/', '/health', '/metrics', 'other']) one.request(route, 200, 50);
  history.add(readings(one, other), 3_000, 12_000);
  t.match(history.since(0), [
    {
      at: 12_000,
      requests_per_second: { answered: 7, invalid: 1.5, failed: 2.5 },
      rows_per_second: 9,
      batch_rows: { mean: 6, p90: 8 },
    },
  ]);
  const [point] = history.since(0);
  for (const value of Object.values(point?.latency_ms ?? {})) t.ok(value > 2.5 && value <= 5, `${value} of 4 ms`);
  for (const value of Object.values(point?.queue_wait_ms ?? {}))
    t.ok(value > 0.25 && value <= 0.5, `${value} of 0.5 ms`);

  history.add(readings(one, other), 4_000, 13_000);
  t.strictSame(
    history.since(12_000),
    [
      {
        at: 13_000,
        requests_per_second: { answered: 0, invalid: 0, failed: 0 },
        rows_per_second: 0,
        latency_ms: null,
        queue_wait_ms: null,
        batch_rows: null,
      },
    ],
    'a second without traffic is told as one',
  );
});

t.test('a reading right after another is no point of its own, and what came meanwhile is in the next', async (t) => {
  const process = measuredProcess();
  const history = new TrafficHistory();
  history.add(readings(process), 1_000, 10_000);
  history.add(readings(process), 2_000, 11_000);
  process.batch(40, 1, 1);
  // As where one reading had to be waited for and the next one had not: a rate over this time would be 80,000 a second.
  history.add(readings(process), 2_000.5, 11_000);
  t.equal(history.since(0).length, 1);
  history.add(readings(process), 3_000, 12_000);
  t.match(history.since(11_000), [{ at: 12_000, rows_per_second: 40 }]);
});

t.test('the last minutes are kept, and given from any time on', async (t) => {
  const process = measuredProcess();
  const history = new TrafficHistory();
  for (let second = 0; second <= STATUS_POINTS + 10; second++) {
    process.batch(second, 1, 1);
    history.add(readings(process), second * 1_000, second * 1_000);
  }
  const last = (STATUS_POINTS + 10) * 1_000;
  t.equal(history.since(0).length, STATUS_POINTS);
  t.strictSame(
    history.since(last - 2_000).map(({ at, rows_per_second }) => [at, rows_per_second]),
    [
      [last - 1_000, STATUS_POINTS + 9],
      [last, STATUS_POINTS + 10],
    ],
  );
  t.strictSame(history.since(last), []);
});

t.test('where counts were dropped nothing is told of that second, and what follows is right', async (t) => {
  const [before, after] = [measuredProcess(), measuredProcess()];
  before.batch(100, 1, 1);
  after.batch(1, 1, 1);
  const history = new TrafficHistory();
  history.add(readings(before), 0, 0);
  history.add(readings(after), 1_000, 1_000);
  after.batch(5, 1, 1);
  history.add(readings(after), 2_000, 2_000);
  t.match(history.since(0), [{ at: 2_000, rows_per_second: 5 }]);
  t.equal(history.since(0).length, 1);
});

t.test('a quantile lies in the bucket of the exact one, and is exact where values are spread evenly', async (t) => {
  const bounds = [1, 2, 5, 10, 25, 50];
  const counted = (values: readonly number[]) => {
    const buckets = [...bounds, null].map((bound) => ({ bound, count: 0 }));
    for (const value of values) {
      const bucket = buckets.find(({ bound }) => bound === null || value <= bound);
      if (bucket !== undefined) bucket.count += 1;
    }
    return buckets;
  };
  const shares = [0.01, 0.5, 0.9, 0.99, 1];
  const even = Array.from({ length: 5_000 }, (_, index) => (index + 1) / 100);
  for (const share of shares) {
    t.ok(Math.abs((quantile(counted(even), share) ?? 0) - share * 50) < 1e-9, `${share} of what is even`);
  }
  const skewed = Array.from({ length: 999 }, (_, index) => 0.2 * 250 ** (index / 998));
  for (const share of shares) {
    const exact = skewed[Math.ceil(share * skewed.length) - 1] ?? 0;
    const upper = bounds.findIndex((bound) => exact <= bound);
    const [low, high] = [bounds[upper - 1] ?? 0, bounds[upper] ?? 50];
    const found = quantile(counted(skewed), share) ?? -1;
    t.ok(found > low && found <= high, `${share}: ${found} beside ${exact}`);
    t.equal(boundOf(counted(skewed), share), high);
  }
  t.equal(quantile(counted([60, 70]), 0.5), 50, 'beyond the last bound no more is known');
  t.equal(quantile(counted([]), 0.5), undefined);
  t.equal(boundOf(counted([1, 1, 1]), 0.9), 1, 'batches of one row are of one row');
});
