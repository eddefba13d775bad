import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import t, { type Test } from 'tap';
import { runAutocannon } from './closed-loop.js';
import { isWrkInstalled, runWrk } from './wrk.js';

const ORDERS = Array.from({ length: 40 }, (_, at) => JSON.stringify({ ID: `order ${at}` }));

/** A server that remembers the bodies it was sent, and refuses every other request. */
async function rememberingServer(t: Test) {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(`${request.url} ${await text(request)}`);
    response.writeHead(bodies.length % 2 === 0 ? 200 : 429).end('{}');
  });
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, bodies };
}

const GENERATORS = [
  ['wrk', runWrk, isWrkInstalled() ? false : 'wrk is not installed'],
  ['autocannon', runAutocannon, false],
] as const;

for (const [name, run, skip] of GENERATORS) {
  t.test(`${name} replays each order of the file, and tells answers from refusals`, { skip }, async (t) => {
    const { url, bodies } = await rememberingServer(t);
    const ordersFile = join(t.testdir({ 'orders.ndjson': `${ORDERS.join('\n')}\n` }), 'orders.ndjson');
    const result = await run({ url, ordersFile, connections: 2, seconds: 1 });
    t.strictSame(new Set(bodies), new Set(ORDERS.map((order) => `/predict ${order}`)));
    t.ok(result.answered > 20 && Math.abs(result.answered - result.refused) <= 4, JSON.stringify(result));
    t.equal(result.errors, 0);
    const { p50, p99, p999, max } = result.latencyUs;
    t.ok(0 < p50 && p50 <= p99 && p99 <= p999 && p999 <= max);
    t.ok(result.generatorBusy > 0 && result.generatorBusy <= 1.1);

    bodies.length = 0;
    await run({ url, ordersFile, connections: 1, seconds: 1, path: '/predict/batch', ordersEach: 20 });
    const batches = [ORDERS.slice(0, 20), ORDERS.slice(20)].map((batch) => `/predict/batch [${batch.join(',')}]`);
    t.strictSame(new Set(bodies), new Set(batches), 'or several orders a request');
  });
}
