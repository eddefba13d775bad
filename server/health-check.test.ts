/** The program by which an image asks its own server for its health. */
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { readEnvironment } from '../config/environment.js';
import { startTestServer } from '../testing/test-server.js';
import { healthUrl } from './health-check.js';

const PROGRAM = fileURLToPath(new URL('./health-check.js', import.meta.url));

/** Runs the program beside a server on this port of 127.0.0.1. */
function check(port: string): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [PROGRAM], { env: { ...process.env, HOST: '127.0.0.1', PORT: port } });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, said })));
}

t.test('a server with a model is healthy', async (t) => {
  const { url } = await startTestServer(t);
  const { code, said } = await check(new URL(url).port);
  t.equal(code, 0, said);
  t.match(said, /"model_loaded":true/);
});

t.test('a server without a model is not, and the reason is told', async (t) => {
  const settings = { MODEL_URI: 'models:/FoodDeliveryTimeModel@nowhere' };
  const { url } = await startTestServer(t, settings, { until: 'listening' });
  const { code, said } = await check(new URL(url).port);
  t.equal(code, 1);
  t.match(said, /"reason":"/);
});

t.test('where no server listens it is not healthy either, in a sentence', async (t) => {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  const { code, said } = await check(String(port));
  t.equal(code, 1);
  t.match(said, /^http:\/\/127\.0\.0\.1:\d+\/health: .*ECONNREFUSED/);
});

t.test('it asks on the private port where there is one, else by the scheme and address that are served', async (t) => {
  const asked = (variables: Record<string, string>) => String(healthUrl(readEnvironment(variables)));
  t.equal(asked({}), 'http://127.0.0.1:8000/health');
  t.equal(asked({ HOST: '::', PORT: '9000' }), 'http://[::1]:9000/health');
  t.equal(asked({ TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: 'k.pem' }), 'https://127.0.0.1:8000/health');
  const apart = { TLS_CERT_FILE: 'c.pem', TLS_KEY_FILE: 'k.pem', ADMIN_PORT: '9001', ADMIN_HOST: '127.0.0.2' };
  t.equal(asked(apart), 'http://127.0.0.2:9001/health');
  t.throws(() => asked({ PORT: '0' }), { name: 'ConfigError', message: /set PORT or ADMIN_PORT/ });
});
