import t from 'tap';
import { figures, point, report } from '../fixtures/reports.js';
import type { Point } from '../points.js';
import { reportPage } from './page.js';

const CURVE = [0.5, 0.99, 0.999, 1].map((quantile, at) => ({ quantile, us: 100 * 10 ** at }));

function openLoop(name: string, offeredPerSecond: number): Point {
  return { ...point(name, [{ server: figures({ curve: CURVE, rowsPerBatch: 3 }) }]), offeredPerSecond };
}

t.test('the page holds the tables and the curves, and needs nothing from elsewhere', async (t) => {
  const connections = [64, 256].map((count) => point(`${count} connections`, [{ server: figures(), bare: figures() }]));
  const page = reportPage(report([...connections, openLoop('50 %', 100), openLoop('95 %', 190)]));
  const titles = [...page.matchAll(/<figcaption>([^<]*)/g)].map(([, title]) => title);
  t.strictSame(titles, [
    'Predictions a second over connections',
    'Latency over load, from when a request was due',
    'Latency by the share of answers that are quicker, last repetition',
    'Rows of a batch in the mean over load',
  ]);
  t.equal(page.match(/<svg [^>]*role="img" aria-label="[^"]{20,}"/g)?.length, 4, 'each says in words what it shows');
  t.notMatch(page, /https?:|<script|<link|@import|url\(/);
  t.notMatch(page, /NaN|Infinity|undefined/);
  t.match(page, /<td>256 connections<\/td><td>server<\/td>/);
  for (const [, head = '', body = ''] of page.matchAll(/<thead>(.*?)<\/thead><tbody>(.*?)<\/tbody>/gs)) {
    const columns = head.match(/<th>/g)?.length ?? 0;
    for (const row of body.match(/<tr>.*?<\/tr>/gs) ?? []) t.equal(row.match(/<td>/g)?.length, columns, row);
  }
});

t.test('a latency of nothing is left out of the curves, which are drawn over the others', async (t) => {
  const nothing = { quantile: 0.1, us: 0 };
  const curves = (curve: typeof CURVE) => {
    const second: Point = { ...point('95 %', [{ server: figures({ curve }) }]), offeredPerSecond: 190 };
    return reportPage(report([openLoop('50 %', 100), second])).match(/Latency by the share.*?<\/svg>/s)?.[0];
  };
  t.match(curves(CURVE), /95 %/);
  t.equal(curves([nothing, ...CURVE]), curves(CURVE));
  t.equal(curves([nothing]), curves([]));
});

t.test('text is text, whatever characters it has', async (t) => {
  const page = reportPage(report([]));
  t.match(page, /A &lt;processor&gt;/);
  t.match(page, /A &lt;note&gt;/);
});
