/** That the bench sees what it must. The one test that speaks of times: those that a stall makes on any machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startProgram } from '../processes/program.js';
import { runPaced } from './paced.js';

const STALLING = fileURLToPath(new URL('../fixtures/stalling-server.js', import.meta.url));
/** Twice the server's cycle: two stalls lie within it, wherever it begins. */
const SECONDS = 4;

t.test('a server that is stalled 300 ms every 2 s shows it in p99 and p99.9', async (t) => {
  const ordersFile = join(t.testdir({ 'orders.ndjson': '{"ID":"1"}\n{"ID":"2"}\n' }), 'orders.ndjson');
  const server = await startProgram({
    name: 'The stalling server',
    command: process.execPath,
    args: [STALLING],
    urlIn(line) {
      const port = /"port":(\d+)/.exec(line)?.[1];
      return port === undefined ? undefined : `http://127.0.0.1:${port}`;
    },
  });
  t.teardown(() => server.stop());
  const load = { url: server.url, ordersFile, connections: 4, seconds: SECONDS };

  const open = await runPaced({ ...load, requestsPerSecond: 500 });
  t.match(open, { refused: 0, errors: 0, unsent: 0 }, 'all that was due was sent and answered');
  t.ok(Math.abs(open.answered - 500 * SECONDS) <= 1, `${open.answered} answers`);
  // 15 % of the requests are due while it is stalled, the last of them when the stall is almost over.
  t.ok(open.latencyUs.p99 >= 200_000, `p99 ${open.latencyUs.p99} us`);
  t.ok(open.latencyUs.p999 >= 250_000, `p99.9 ${open.latencyUs.p999} us`);
  t.ok(open.latencyUs.p50 < open.latencyUs.p99);
  const late = open.curve.filter(({ us }) => us >= 100_000).map(({ quantile }) => quantile);
  t.ok(Math.min(...late) <= 0.95, 'at least one in twenty waited 100 ms or more');
});

t.test('answers that take long are as many a second as requests are due', async (t) => {
  const ordersFile = join(t.testdir({ 'orders.ndjson': '{"ID":"1"}\n' }), 'orders.ndjson');
  const waiting = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    request.resume();
    waiting.add(setTimeout(() => response.end('{}'), 400));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const timer of waiting) clearTimeout(timer);
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const slow = await runPaced({
    url: `http://127.0.0.1:${port}`,
    ordersFile,
    connections: 200,
    seconds: 1,
    requestsPerSecond: 200,
  });
  t.match(slow, { refused: 0, errors: 0, unsent: 0 });
  t.ok(Math.abs(slow.answered - 200) <= 1, `${slow.answered} answers`);
  // Neither what they take to come when no more are due, nor that those before it came meanwhile, is left out.
  t.ok(Math.abs(slow.requestsPerSecond - 200) <= 40, `${slow.requestsPerSecond} a second`);
});
