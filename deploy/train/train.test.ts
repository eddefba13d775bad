import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { PROJECT } from '../infrastructure/fixtures/stacks.js';

const ORDERS = `ID,Delivery_person_ID\n${'0x1,BANGRES1\n'.repeat(50_000)}`;

function run(program: string, args: readonly string[], variables: Readonly<Record<string, string>> = {}) {
  const env = { ...process.env, MLFLOW_TRACKING_URI: 'http://mlflow:5000', TRAINING_DATA_TOKEN: '', ...variables };
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve, reject) => {
    execFile(process.execPath, [join(PROJECT, 'deploy/train', program), ...args], { env }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** Who has the orders: `/orders` wants a token, `/cut` ends too early. */
async function startStore(t: Test): Promise<string> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (path === '/cut') {
      response.writeHead(200, { 'content-length': ORDERS.length });
      response.write(ORDERS.slice(0, 1_000), () => response.destroy());
    } else if (path === '/empty') response.end();
    else if (request.headers.authorization === 'Bearer let-me-in') response.end(ORDERS);
    else response.writeHead(401).end('who are you?');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('orders are fetched whole, with a token where one is wanted', async (t) => {
  const store = await startStore(t);
  const out = join(t.testdir({}), 'new/orders.csv');
  const fetchWith = (path: string, token = '') =>
    run('fetch-orders.mjs', ['--out', out], {
      TRAINING_DATA_URL: `${store}${path}?by=signed`,
      TRAINING_DATA_TOKEN: token,
    });
  const tests: [path: string, token: string, RegExp][] = [
    ['/orders', '', /answered 401 when asked for the orders/],
    ['/cut', '', /^The orders cannot be fetched from 127\.0\.0\.1:\d+: /],
    ['/empty', '', /gave an empty file in place of orders/],
  ];
  for (const [path, token, sentence] of tests) {
    const { code, stderr } = await fetchWith(path, token);
    t.equal(code, 1, path);
    t.match(stderr, sentence);
    t.notMatch(stderr, 'signed', 'what signs an address is not shown');
    t.notOk(existsSync(out), 'and nothing is left that could be taken for orders');
    t.notOk(existsSync(`${out}.part`));
  }
  const { code, stderr } = await fetchWith('/orders', 'let-me-in');
  t.equal(code, 0, stderr);
  t.equal(readFileSync(out, 'utf8'), ORDERS);
});

t.test('nothing is trained where the version would be lost, or from an address in the open', async (t) => {
  const out = join(t.testdir({}), 'orders.csv');
  const tests: [Record<string, string>, RegExp][] = [
    [
      { MLFLOW_TRACKING_URI: '' },
      /^MLFLOW_TRACKING_URI is not set: without a tracking server the version would be lost/,
    ],
    [{ TRAINING_DATA_URL: '' }, /^TRAINING_DATA_URL is not set: it is the address of the orders/],
    [{ TRAINING_DATA_URL: 'http://example.com/orders.csv' }, /^TRAINING_DATA_URL is no address that begins with https/],
    [{ TRAINING_DATA_URL: 'orders.csv' }, /^TRAINING_DATA_URL is no address/],
  ];
  for (const [variables, sentence] of tests) {
    t.match(await run('fetch-orders.mjs', ['--out', out], variables), { code: 1, stderr: sentence });
  }
});

t.test('the version that was promoted is handed on by its number', async (t) => {
  const log = join(t.testdir({}), 'staging.txt');
  writeFileSync(log, '> promote\n\nmin_r2  passed\nVersion 12 is staging.\n');
  t.match(await run('promoted-version.mjs', ['--log', log]), { code: 0, stdout: 'version=12\n' });
  writeFileSync(log, 'A gate failed; nothing was moved.\n');
  t.match(await run('promoted-version.mjs', ['--log', log]), {
    code: 1,
    stdout: '',
    stderr: /does not say which version/,
  });
});
