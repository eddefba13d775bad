/** That the bench sees what it must. The one test that speaks of times: those that a stall makes on any machine. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
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

/** Thirty orders, whose IDs are their numbers: they are sent in turn. */
const NUMBERED = Array.from({ length: 30 }, (_, at) => `{"ID":"${at + 1}"}\n`).join('');
/** Of a run with these, the first fifteen requests warm up and ten more are recorded, whatever the machine does. */
const SHORT = { warmUpSeconds: 0.31, seconds: 0.2, requestsPerSecond: 50 };

/** A server that answers, or breaks off where `isLost`. */
async function numberedServer(t: Test, isLost: (number: number) => boolean) {
  const ordersFile = join(t.testdir({ 'orders.ndjson': NUMBERED }), 'orders.ndjson');
  const server = createServer(async (request, response) => {
    const number = Number((JSON.parse(await text(request)) as { ID: string }).ID);
    if (isLost(number)) request.socket.destroy();
    else response.end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { ...SHORT, url: `http://127.0.0.1:${port}`, ordersFile, connections: 30 };
}

t.test('what has no answer counts where it is recorded, and not where it warms up', async (t) => {
  for (const [lost, errors, answered] of [
    [(number: number) => number <= 14, 0, 10],
    [(number: number) => number === 15 || number === 16 || number === 25, 2, 8],
  ] as const) {
    const load = await numberedServer(t, lost);
    t.match(await runPaced(load), { errors, answered, refused: 0, unsent: 0 });
  }
});

t.test('a warm-up in which nothing is answered is told by its errors', async (t) => {
  const load = await numberedServer(t, (number) => number <= 15);
  const paced = await runPaced(load);
  t.match(paced, { errors: 15, answered: 10, refused: 0, unsent: 0 }, 'also where all is answered after it');
});

t.test('what is to happen halfway begins within what is recorded, however late the sender started', async (t) => {
  const seen: number[] = [];
  const load = await numberedServer(t, (number) => {
    seen.push(number);
    return false;
  });
  let seenThen = 0;
  // Over one connection, so that what was sent before has been seen.
  const one = { ...load, connections: 1 };
  const { answered } = await runPaced(one, async () => {
    seenThen = seen.length;
  });
  t.equal(answered, 10);
  t.ok(
    seenThen >= 20 && seenThen < 25,
    `${seenThen} of 25 requests, of which the last five are due in the second half`,
  );
  const failing = runPaced(one, () => Promise.reject(new Error('It cannot be done.')));
  await t.rejects(failing, { message: 'It cannot be done.' }, 'and ends the run where it fails');
});

t.test('what is refused counts from when it was due, and from when it was sent as well', async (t) => {
  const ordersFile = join(t.testdir({ 'orders.ndjson': NUMBERED }), 'orders.ndjson');
  const TAKES_MS = 20;
  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => response.writeHead(429).end('{}'), TAKES_MS);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const load = { url: `http://127.0.0.1:${port}`, ordersFile, seconds: 1, requestsPerSecond: 200 };
  // One connection sends 50 a second at most, so that most requests are sent long after they were due.
  const refused = await runPaced({ ...load, connections: 1 });
  t.ok(refused.refused > 0);
  t.ok(refused.refusedOnceSentUs.p50 >= 0.9 * TAKES_MS * 1_000, `${refused.refusedOnceSentUs.p50} us`);
  t.ok(refused.refusedLatencyUs.p50 >= 2 * refused.refusedOnceSentUs.p50, `${refused.refusedLatencyUs.p50} us`);
});
