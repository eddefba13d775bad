import t from 'tap';
import { compareReports, formatChanges, parseReport } from './compare.js';
import { figures, point, report } from './fixtures/reports.js';

function rates(...values: readonly number[]) {
  return report([
    point(
      '64 connections',
      values.map((rowsPerSecond) => ({ server: figures({ rowsPerSecond }) })),
    ),
  ]);
}

function rateChange(before: readonly number[], now: readonly number[]) {
  return compareReports(rates(...before), rates(...now)).find(({ figure }) => figure === 'rows/s');
}

t.test('a change is told with what both lie apart, and one within that is told to be noise', async (t) => {
  t.match(rateChange([98, 104, 100], [120, 125, 130]), {
    point: '64 connections',
    subject: 'server',
    before: { median: 100, least: 98, most: 104 },
    now: { median: 125, least: 120, most: 130 },
    change: 0.25,
    withinNoise: false,
  });
  t.match(rateChange([100, 110, 105], [109, 126, 130]), { withinNoise: true });
  t.match(rateChange([100, 110, 105], [90, 95, 99]), { withinNoise: false });
  const table = formatChanges(compareReports(rates(98, 104, 100), rates(120, 125, 130)));
  t.match(
    table,
    /64 connections, server +rows\/s +100\.0 \(98\.0 to 104\.0\) +125\.0 \(120\.0 to 130\.0\) +\+25\.0 % +changed/,
  );
  t.match(table, /p50 us .* \+0\.0 % +within the noise/);
});

t.test('points that only one of the reports has are left out', async (t) => {
  t.strictSame(compareReports(report([]), rates(1, 2, 3)), []);
  t.match(formatChanges([]), /no point in common/);
});

t.test('a file that is no report is refused with its name', async (t) => {
  t.strictSame(parseReport('a.json', JSON.stringify(report([]))).at, report([]).at);
  for (const text of ['{', 'null', '[]', '{"format":99,"at":""}']) {
    t.throws(() => parseReport('a.json', text), { code: 'report_unreadable', message: /^a\.json / }, text);
  }
});
