/** A server that is ready before callers come to it: `OPEN_FILE` holds its port back. */
import { rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ServerProcess } from '../bench/server-process.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { ALONE } from './fixtures/served-by-two.js';
import { SHORTEST_ORDER } from './openapi/example-order.js';

type Json = Record<string, unknown>;

/** A program that listens on a port that was free. */
async function stranger(t: Test): Promise<{ readonly server: Server; readonly port: string }> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  return { server, port: String(port) };
}

async function freePort(t: Test): Promise<string> {
  const { server, port } = await stranger(t);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function adminOf(server: ServerProcess): Promise<string> {
  const { port } = await server.logged(({ msg }) => msg === 'listening for administration');
  return `http://127.0.0.1:${port}`;
}

async function untilHealthy(admin: string): Promise<Json> {
  for (;;) {
    const response = await fetch(`${admin}/health`, { headers: ALONE });
    const health = (await response.json()) as Json;
    if (response.status === 200) return health;
  }
}

function isConnected(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

for (const SERVER_PROCESSES of ['1', '2']) {
  t.test(
    `held back, a server with ${SERVER_PROCESSES} of its processes is healthy first and listens then`,
    async (t) => {
      const OPEN_FILE = join(await temporaryFolder(t), 'open');
      const settings = { PORT: await freePort(t), ADMIN_PORT: '0', OPEN_FILE, SERVER_PROCESSES };
      const server = await startTestServer(t, settings, { until: 'held' });
      const admin = await adminOf(server);
      const health = await untilHealthy(admin);
      t.match(health, { status: 'healthy', model_loaded: true, port_open: false });
      t.equal(await isConnected(server.url), false);

      await writeFile(OPEN_FILE, '');
      await server.logged(({ msg }) => msg === 'listening');
      t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
      t.match(await untilHealthy(admin), { port_open: true });
      t.match(await untilHealthy(server.url), { port_open: true });

      await t.test('and stays open when the file goes', async (t) => {
        await rm(OPEN_FILE);
        t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
      });
      t.equal(await server.stop(), 0);
    },
  );
}

t.test('started again with the file there it opens its port by itself', async (t) => {
  const OPEN_FILE = join(await temporaryFolder(t), 'open');
  await writeFile(OPEN_FILE, '');
  const server = await startTestServer(t, { ADMIN_PORT: '0', OPEN_FILE });
  t.match(await untilHealthy(await adminOf(server)), { port_open: true });
});

t.test('a port that is taken still is told of and opened when it is free', async (t) => {
  const other = await stranger(t);
  const OPEN_FILE = join(await temporaryFolder(t), 'open');
  const server = await startTestServer(t, { PORT: other.port, ADMIN_PORT: '0', OPEN_FILE }, { until: 'held' });
  await writeFile(OPEN_FILE, '');
  const told = await server.logged(({ msg }) => msg.startsWith('the port is not open yet'));
  t.match(told.reason, /another program has that port/);
  t.match(await untilHealthy(await adminOf(server)), { port_open: false });
  other.server.close();
  await server.logged(({ msg }) => msg === 'listening');
  t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
});

t.test('it stops while it is held back', async (t) => {
  const OPEN_FILE = join(await temporaryFolder(t), 'open');
  const server = await startTestServer(t, { PORT: await freePort(t), ADMIN_PORT: '0', OPEN_FILE }, { until: 'held' });
  await untilHealthy(await adminOf(server));
  t.equal(await server.stop(), 0);
});

for (const SERVER_PROCESSES of ['1', '2']) {
  t.test(
    `where another server may have the port, one that stops takes one more request on each connection, with ${SERVER_PROCESSES}`,
    async (t) => {
      const server = await startTestServer(t, { ALLOW_SHARED_PORT: '1', SERVER_PROCESSES });
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname);
      const ask = async (): Promise<string> => {
        socket.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
        return String(await new Promise((resolve) => socket.once('data', resolve)));
      };
      t.match(await ask(), /^HTTP\/1\.1 200 /);
      const exit = server.stop();
      while (await isConnected(server.url));
      t.match(await ask(), /^HTTP\/1\.1 200 [\s\S]*connection: close/i);
      t.equal(await exit, 0);
    },
  );
}
