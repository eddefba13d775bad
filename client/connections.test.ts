/** What becomes of calls when connections idle, a server restarts, drains, or has too much to do. */
import t from 'tap';
import { get, post, RawClient } from '../server/fixtures/raw-client.js';
import { MAX_BULK_BYTES, MAX_BULK_BYTES_HELD } from '../server/limits.js';
import { SHORTEST_ORDER } from '../server/openapi/example-order.js';
import { clientOf } from '../testing/test-client.js';
import { startTestServer } from '../testing/test-server.js';
import { until } from '../workers/fixtures/until.js';
import { HeldClock } from './fixtures/held-clock.js';
import { answer, estimate, startScriptedServer } from './fixtures/scripted-server.js';
import { Http } from './http.js';
import { FoodEtaClient, ProblemError } from './index.js';

t.test('a connection is kept for the next call, and there are no more than allowed', async (t) => {
  for (const connections of [1, 2]) {
    const server = await startScriptedServer(t, estimate(1));
    const client = clientOf(t, server.url, { connections });
    for (let call = 0; call < 3; call++) await client.predict(SHORTEST_ORDER);
    await Promise.all(Array.from({ length: 6 }, () => client.predict(SHORTEST_ORDER)));
    t.equal(server.seen.length, 9);
    t.equal(new Set(server.seen.map(({ connection }) => connection)).size, connections);
    await client.close();
    await until(() => server.open === 0);
  }
});

t.test('an idle connection is closed by the client, also where a proxy offers to keep it', async (t) => {
  const server = await startScriptedServer(t, answer(200, '{}', { 'keep-alive': 'timeout=600' }));
  const http = new Http({ baseUrl: new URL(server.url), connections: 1, keepAliveMs: 10 });
  const { signal } = new AbortController();
  await http.send({ method: 'GET', path: '/', headers: {}, signal });
  await until(() => server.open === 0);
  await http.send({ method: 'GET', path: '/', headers: {}, signal });
  t.strictSame(
    server.seen.map(({ connection }) => connection),
    [1, 2],
  );
  await http.close();
});

t.test('a server that restarts between two calls costs none of them', async (t) => {
  // The system else keeps the port from the next for a minute.
  const first = await startTestServer(t, { ALLOW_SHARED_PORT: '1' });
  const client = clientOf(t, first.url);
  const before = await client.predict(SHORTEST_ORDER);
  await first.stop();
  await startTestServer(t, { PORT: new URL(first.url).port, ALLOW_SHARED_PORT: '1' });
  t.strictSame(await client.predict(SHORTEST_ORDER), before);
});

t.test('a server that hands over answers what is asked of it on kept connections, and then is gone', async (t) => {
  const server = await startTestServer(t, { ALLOW_SHARED_PORT: '1' });
  const client = clientOf(t, server.url, { retries: 0, connections: 1 });
  const before = await client.predict(SHORTEST_ORDER);
  // One that is in flight keeps the server from its end.
  const other = await RawClient.open(server.url);
  // In one piece, so that the answer to the first request shows that the head of the second was read.
  await other.write(Buffer.concat([Buffer.from(get()), post('{"Restaurant_latitude":', { length: '200' })]));
  await other.answer();
  const stopped = server.stop();
  const isAccepted = (): Promise<boolean> =>
    fetch(`${server.url}/health/live`, { headers: { connection: 'close' } }).then(
      () => true,
      () => false,
    );
  while (await isAccepted());
  t.strictSame(await client.predict(SHORTEST_ORDER), before, 'on the connection that it has');
  await t.rejects(client.predict(SHORTEST_ORDER), { code: 'unreachable', repeatable: true }, 'no new one is accepted');
  other.destroy();
  t.equal(await stopped, 0);
});

t.test(
  'a server with too much to do is asked again when it says, and not where there is no time for that',
  async (t) => {
    const { url } = await startTestServer(t);
    const clock = new HeldClock();
    const client = new FoodEtaClient({ baseUrl: url, timeoutMs: 10_000 }, clock);
    t.teardown(() => client.close());
    // Bodies that never end hold all the memory that there is for batches.
    const head = 'POST /predict/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    const held: RawClient[] = [];
    for (let left = MAX_BULK_BYTES_HELD; left > 0; left -= MAX_BULK_BYTES) {
      const length = Math.min(left, MAX_BULK_BYTES);
      const raw = await RawClient.open(url);
      await raw.write(`${head}Content-Length: ${length}\r\n\r\n`);
      await raw.write(Buffer.alloc(length - 1, ' '));
      held.push(raw);
    }
    // Told of a head by itself, whose body would otherwise be in the way of those that still come.
    const isFull = async (): Promise<boolean> => {
      const probe = await RawClient.open(url);
      await probe.write(`${head}Content-Length: 100\r\n\r\n`);
      await client.health();
      const isRefused = probe.unread.startsWith('HTTP/1.1 429');
      probe.destroy();
      return isRefused;
    };
    while (!(await isFull()));
    const error = await client.predictBatch([SHORTEST_ORDER], { timeoutMs: 500 }).catch((caught: unknown) => caught);
    t.ok(error instanceof ProblemError);
    t.match(error, { code: 'overloaded', status: 429, retryAfterMs: 1_000 });
    t.strictSame(clock.due, [], 'it is told at once: there is half a second only');

    const call = client.predictBatch([SHORTEST_ORDER]);
    await clock.whenSet(2);
    t.strictSame(clock.due, [1_000, 10_000]);
    for (const raw of held) raw.destroy();
    while (await isFull());
    clock.pass(1_000);
    t.match(await call, [{ status: 'fulfilled', value: { minutes: Number } }]);
  },
);
