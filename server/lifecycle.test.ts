import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { writeSums } from '../registry/version-files.js';
import { copyRegistry } from '../testing/copied-registry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { startTestServer } from '../testing/test-server.js';
import { get, ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';

type Json = Record<string, unknown>;

const ORDER = JSON.stringify({
  Restaurant_latitude: 12.9,
  Restaurant_longitude: 77.6,
  Delivery_location_latitude: 13,
  Delivery_location_longitude: 77.7,
});

/** A copy of the trained registry, and the folder of the files of its production version. */
async function copiedRegistry(t: Test): Promise<{ registry: string; files: string }> {
  const { folder, files } = await copyRegistry(join(await temporaryFolder(t), 'registry'));
  return { registry: folder, files: await files(1) };
}

t.test('health is 200 only while a prediction would succeed, and says which release answers', async (t) => {
  const { url } = await startTestServer(t, { RELEASE: 'abc123' });
  const health = await fetch(`${url}/health`);
  t.equal(health.status, 200);
  t.same(await health.json(), { status: 'healthy', model_loaded: true, release: 'abc123' });
  const live = await fetch(`${url}/health/live`);
  t.same([live.status, await live.json()], [200, { status: 'alive', release: 'abc123' }]);
  const head = await fetch(`${url}/health`, { method: 'HEAD' });
  t.same([head.status, await head.text()], [200, '']);
});

t.test(
  'the port for administration has health, metrics, model-info and status as well, and no predictions',
  async (t) => {
    const server = await startTestServer(t, { ADMIN_PORT: '0', ADMIN_HOST: '127.0.0.2' });
    const { port } = await server.logged(({ msg }) => msg === 'listening for administration');
    const url = `http://127.0.0.2:${port}`;
    for (const path of ['/health', '/health/live', '/model-info', '/metrics']) {
      const [here, there] = [await fetch(`${url}${path}`), await fetch(`${server.url}${path}`)];
      // What is measured is another value each time.
      const textOf = async (answer: Response) =>
        (await answer.text()).replaceAll(path === '/metrics' ? / \S+$/gm : '', '');
      t.same([here.status, await textOf(here)], [200, await textOf(there)], path);
    }
    const statusAt = async (from: string) => {
      const { live, switches } = (await (await fetch(`${from}/status`)).json()) as Json;
      return { live, switches };
    };
    t.same(await statusAt(url), await statusAt(server.url));
    t.equal((await fetch(url)).status, 404, 'the page is where its form can be sent');
    t.equal((await fetch(`${url}/predict`, { method: 'POST' })).status, 404);
    t.equal(await server.stop(), 0);
    await t.rejects(startTestServer(t, { ADMIN_PORT: String(port), ADMIN_HOST: 'no-such-host.invalid' }), {
      message: /Cannot listen on no-such-host\.invalid:\d+: .*ADMIN_HOST/,
    });
  },
);

t.test('one process has nothing to roll, says so and goes on', async (t) => {
  const { url, pid, logged } = await startTestServer(t);
  process.kill(pid, 'SIGHUP');
  await logged(({ msg }) => msg.startsWith('nothing to roll'));
  t.equal((await fetch(`${url}/health`)).status, 200);
});

t.test('model-info tells the version, where it comes from, how good it was and since when it is served', async (t) => {
  const { url } = await startTestServer(t);
  const info = (await (await fetch(`${url}/model-info`)).json()) as Json;
  t.match(info, {
    registered_model: MODEL_NAME,
    alias: 'production',
    version: 1,
    metrics: { data: 'sample', complete: { r2: Number, mae: Number, rows: Number } },
    tags: { data: 'sample', data_sha256: /^[0-9a-f]{64}$/, git_commit: /\S/ },
    run_id: /^[0-9a-f]{32}$/,
  });
  t.match(info['features'], [{ name: 'rider_age', revision: 1 }]);
  t.ok(Date.parse(String(info['serving_since'])) <= Date.now());
});

t.test('a version is served by its number as well', async (t) => {
  const { url } = await startTestServer(t, { MODEL_URI: `models:/${MODEL_NAME}/2` });
  t.match(await (await fetch(`${url}/model-info`)).json(), { alias: null, version: 2 });
});

/** Whether the server takes a new connection. */
const isAccepted = (url: string): Promise<boolean> =>
  fetch(`${url}/health/live`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  );

for (const [what, body, status] of [
  ['minutes', ORDER, '200 OK'],
  ['a refusal, which is given at once', '{"Restaurant_latitude":', '400 Bad Request'],
] as const) {
  t.test(`SIGTERM answers what is in flight, here with ${what}, closes its connections and exits 0`, async (t) => {
    const server = await startTestServer(t);
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const head = `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
    // In one piece, so that the answer to the first request shows that the server has read the head of the second.
    socket.write(`GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n${head}${body.slice(0, 10)}`);
    await new Promise((resolve) => socket.once('data', resolve));
    const exit = server.stop();
    while (await isAccepted(server.url));
    const answer = new Promise<string>((resolve) => {
      const parts: Buffer[] = [];
      socket.on('data', (part) => parts.push(part));
      socket.once('close', () => resolve(Buffer.concat(parts).toString()));
    });
    socket.write(body.slice(10));
    t.match(await answer, new RegExp(`^HTTP/1\\.1 ${status}[\\s\\S]*connection: close`, 'i'));
    t.equal(await exit, 0);
  });
}

/** A connection on which a request is in flight: its head has been read, and the last byte of its body is to come. */
async function inFlight(url: string): Promise<RawClient> {
  const client = await RawClient.open(url);
  // In one piece, so that the answer to the first request shows that the server has read the head of the second.
  await client.write(Buffer.concat([Buffer.from(get()), post(ORDER_TEXT).subarray(0, -1)]));
  await client.answer();
  return client;
}

const JSON_TYPE = 'Host: x\r\nContent-Type: application/json\r\n';
const ASKED_FOR_MINUTES = {
  'POST /predict': post(ORDER_TEXT),
  'POST /predict/batch': `POST /predict/batch HTTP/1.1\r\n${JSON_TYPE}Content-Length: 2\r\n\r\n[]`,
  'POST /invocations': `POST /invocations HTTP/1.1\r\n${JSON_TYPE}Content-Length: 2\r\n\r\n{}`,
  'POST /v2/models/:name/infer': `POST /v2/models/${MODEL_NAME}/infer HTTP/1.1\r\n${JSON_TYPE}Content-Length: 2\r\n\r\n{}`,
};

for (const processes of ['1', '2']) {
  t.test(`a server that stops, with ${processes} to answer, refuses what comes on open connections`, async (t) => {
    const server = await startTestServer(t, { SERVER_PROCESSES: processes, WORKERS: '1' });
    // Of several processes each may have the connections of a caller; those that have nothing to answer are gone at once.
    const busy = await Promise.all(Array.from({ length: 16 }, () => inFlight(server.url)));
    const kept = await Promise.all(
      Object.entries(ASKED_FOR_MINUTES).map(async ([what, bytes]) => {
        const client = await RawClient.open(server.url);
        await client.write(get());
        await client.answer();
        return { what, bytes, client };
      }),
    );
    const stopped = server.stop();
    while (await isAccepted(server.url));
    for (const { what, bytes, client } of kept) {
      await client.write(bytes);
      const answer = await client.answer();
      t.equal(answer?.status, 503, what);
      t.equal(answer?.headers.get('connection'), 'close', what);
      t.equal(answer?.headers.get('retry-after'), '1', what);
      t.match(answer?.body, /server is stopping/, what);
    }
    for (const client of busy) {
      await client.write('}');
      t.equal((await client.answer())?.status, 200, 'what was in flight is answered');
    }
    t.equal(await stopped, 0);
  });
}

t.test('a request that never ends does not keep the server from stopping', async (t) => {
  const server = await startTestServer(t, { DRAIN_TIMEOUT_MS: '200' });
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  socket.write('POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
  await (await fetch(`${server.url}/health/live`)).text();
  t.equal(await server.stop(), 0);
});

t.test('a taken port is an error that names it', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  t.teardown(() => taken.close());
  const address = taken.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await t.rejects(startTestServer(t, { PORT: String(port) }), {
    message: new RegExp(`exit code 1 .*Cannot listen on 127\\.0\\.0\\.1:${port}: another program has that port`),
  });
  const first = await startTestServer(t);
  const shared = new URL(first.url).port;
  await t.rejects(
    startTestServer(t, { PORT: shared }),
    { message: /another program has that port/ },
    'even its own kind',
  );
});

t.test('started again at once, a server has the port whose connections the one before has closed', async (t) => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => free.once('listening', resolve));
  const address = free.address();
  const PORT = String(typeof address === 'object' && address !== null ? address.port : 0);
  await new Promise((resolve) => free.close(resolve));
  const first = await startTestServer(t, { PORT });
  const socket = connect(Number(PORT), new URL(first.url).hostname);
  socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  await new Promise((resolve) => socket.once('data', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await first.stop();
  await closed;
  const second = await startTestServer(t, { PORT });
  t.equal(second.url, first.url);
});

t.test('a wrong setting is told by its name, what was given and what is allowed', async (t) => {
  await t.rejects(startTestServer(t, { WORKERS: 'many' }), {
    message: /exit code 1 .*WORKERS is 'many'; allowed is a whole number from 1 to 256\./,
  });
  await t.rejects(startTestServer(t, { MODEL_URI: 'production' }), {
    message: /model URI "production" cannot be used/,
  });
  await t.rejects(startTestServer(t, { MLFLOW_TRACKING_URI: 'http://127.0.0.1:1' }), {
    message: /MLFLOW_TRACKING_URI/,
  });
});

t.test('an alias that is not there is an error that says what to do', async (t) => {
  await t.rejects(startTestServer(t, { MODEL_URI: `models:/${MODEL_NAME}@staging2` }), {
    message: /no alias 'staging2'/,
  });
  await t.rejects(startTestServer(t, { REGISTRY_DIR: t.testdir() }), { message: /no versions of it\. Train one/ });
});

t.test('a version whose checksums disagree is refused, naming the file', async (t) => {
  const { registry, files } = await copiedRegistry(t);
  await writeFile(join(files, 'metrics.json'), '{}');
  await t.rejects(startTestServer(t, { REGISTRY_DIR: registry }), {
    message: /metrics\.json is not what SHA256SUMS says/,
  });
});

t.test('a version whose features are computed otherwise here is refused, naming the feature', async (t) => {
  const { registry, files } = await copiedRegistry(t);
  const file = join(files, 'features.json');
  const state = JSON.parse(await readFile(file, 'utf8'));
  state.features[2].revision += 1;
  const pairs = state.features.map(({ name, revision }: { name: string; revision: number }) => [name, revision]);
  state.hash = createHash('sha256')
    .update(JSON.stringify([1, pairs]))
    .digest('hex');
  await writeFile(file, JSON.stringify(state));
  await writeSums(files);
  await t.rejects(startTestServer(t, { REGISTRY_DIR: registry }), { message: /feature 'distance_km' revision 2/ });
});

t.test('a version that does not give its golden minutes is refused, naming the row', async (t) => {
  const { registry, files } = await copiedRegistry(t);
  const file = join(files, 'golden.json');
  const golden = JSON.parse(await readFile(file, 'utf8'));
  golden[40].minutes += 0.01;
  await writeFile(file, JSON.stringify(golden));
  await writeSums(files);
  await t.rejects(startTestServer(t, { REGISTRY_DIR: registry }), { message: /golden row 40/ });
});
