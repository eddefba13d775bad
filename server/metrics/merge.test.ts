import t from 'tap';
import { parseExposition } from '../fixtures/exposition.js';
import { countsOf, type MetricsSnapshot, mergeSnapshots } from './merge.js';
import { Metrics } from './prometheus.js';

/** A process that has answered `rows`, of which `waiting` wait. */
async function processWith(
  rows: Readonly<Record<string, number>>,
  waiting: number,
  lag: number,
): Promise<MetricsSnapshot> {
  const metrics = new Metrics();
  metrics.counter({
    name: 'rows_total',
    help: 'Rows.',
    labels: ['version'],
    read: () => Object.entries(rows).map(([version, count]) => [{ version }, count]),
  });
  metrics.gauge({ name: 'waiting', help: 'Rows.', labels: [], aggregate: 'sum', read: () => [[{}, waiting]] });
  metrics.gauge({ name: 'lag', help: 'Seconds.', labels: [], aggregate: 'max', read: () => [[{}, lag]] });
  metrics.histogram({
    name: 'minutes',
    help: 'Minutes.',
    labels: [],
    read: () => {
      const buckets = [
        { bound: 1, count: 1 },
        { bound: null, count: waiting },
      ];
      return [[{}, { buckets, sum: 10 }]];
    },
  });
  return metrics.snapshot();
}

const valuesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

t.test('counters and histograms are added, gauges added or the largest taken, as they say', async (t) => {
  const snapshots = [await processWith({ 1: 5, 2: 1 }, 3, 0.5), await processWith({ 2: 7, 3: 2 }, 4, 0.25)];
  const text = await Metrics.merge(snapshots);
  t.ok(parseExposition(text), 'it is in the text format');
  t.strictSame(valuesOf(text), [
    'rows_total{version="1"} 5',
    'rows_total{version="2"} 8',
    'rows_total{version="3"} 2',
    'waiting 7',
    'lag 0.5',
    'minutes_bucket{le="1"} 2',
    'minutes_bucket{le="+Inf"} 9',
    'minutes_sum 20',
    'minutes_count 9',
  ]);
  t.match(text, /# HELP waiting Rows\. Of several processes: their sum\./);
  t.match(text, /# HELP lag Seconds\. Of several processes: the largest\./);
});

t.test('of a process that has ended only what it has counted is kept', async (t) => {
  const kept = countsOf(await processWith({ 1: 5 }, 3, 9));
  const text = await Metrics.merge([kept, await processWith({ 1: 1 }, 2, 1)]);
  const expected = ['rows_total{version="1"} 6', 'minutes_bucket{le="1"} 2', 'waiting 2', 'lag 1'];
  t.strictSame(
    expected.filter((line) => !valuesOf(text).includes(line)),
    [],
  );
});

t.test('merged once or bit by bit, over another process or not, it is the same', async (t) => {
  const [one, two, three] = [
    await processWith({ 1: 1 }, 1, 1),
    structuredClone(await processWith({ 1: 2 }, 2, 2)),
    await processWith({ 2: 3 }, 3, 3),
  ];
  const bitByBit = mergeSnapshots([mergeSnapshots([one, two]), three]);
  t.strictSame(await Metrics.merge([bitByBit]), await Metrics.merge([one, two, three]));
});

t.test('of one process it is what that tells itself', async (t) => {
  const metrics = new Metrics();
  metrics.gauge({ name: 'up', help: 'Is.', labels: ['of'], aggregate: 'max', read: () => [[{ of: 'a "b"' }, 1]] });
  metrics.gauge({ name: 'unknown', help: 'Is not.', labels: [], aggregate: 'max', read: () => [] });
  t.equal(await Metrics.merge([await metrics.snapshot()]), await metrics.text());
});
