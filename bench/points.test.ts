import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { figures } from './fixtures/reports.js';
import type { LoadResult } from './load/load-result.js';
import { measurePoint } from './points.js';

const REPEATING = { window: 3, most: 6, spread: 0.05 };
/** Tells no metrics. */
const http = createServer((_, response) => response.writeHead(404).end());
t.teardown(() => http.close());
http.listen(0, '127.0.0.1');
await once(http, 'listening');
const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
const SUBJECTS = ['server', 'bare'].map((name) => ({ name, url, pid: process.pid }));

/** Measures with made-up results: the server's rate in each repetition is given, the bare reference always has 1,000. */
function pointOf(rates: readonly number[], over: Partial<LoadResult> = {}) {
  const asked: string[] = [];
  const rest = [...rates];
  const point = measurePoint({
    name: 'p',
    subjects: SUBJECTS,
    async load({ name }) {
      asked.push(name);
      const answered = name === 'server' ? (rest.shift() ?? 0) : 1_000;
      return { ...figures(), answered, answeredInAll: answered, requestsPerSecond: answered, seconds: 1, ...over };
    },
    repeating: REPEATING,
    settlesBy: ({ rowsPerSecond }) => rowsPerSecond,
    say: () => {},
  });
  return point.then((measured) => ({ ...measured, asked }));
}

t.test('a point is repeated until the last repetitions lie together, and says so', async (t) => {
  const steady = await pointOf([900, 910, 905]);
  t.match(steady, { settled: true, repetitions: { length: 3 } });
  const calmed = await pointOf([300, 900, 910, 905]);
  t.match(calmed, { settled: true, repetitions: { length: 4 } });
  t.ok(calmed.spread <= REPEATING.spread);
});

t.test('one that never settles ends after as many repetitions as are allowed, and says so', async (t) => {
  const wild = await pointOf([100, 900, 200, 800, 300, 700]);
  t.match(wild, { settled: false, repetitions: { length: 6 } });
  t.equal(wild.figures['server']?.rowsPerSecond, 300, 'the median, the lower of the two in the middle');
});

t.test('the servers take turns in changing order, so that a machine that slows down does so for both', async (t) => {
  const { asked } = await pointOf([900, 900, 900]);
  t.strictSame(asked, ['server', 'bare', 'bare', 'server', 'server', 'bare']);
});

t.test('a generator that was over 85 % busy makes the point one that does not count', async (t) => {
  t.equal((await pointOf([900, 900, 900], { generatorBusy: 0.85 })).generatorBound, false);
  t.equal((await pointOf([900, 900, 900], { generatorBusy: 0.86 })).generatorBound, true);
});
