/** Short runs of the fuzzer, and that it finds what it is for. `npm run fuzz` makes long ones. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { generatedOrder } from '../../features/fixtures/generated-orders.js';
import { ORDER_FIELDS } from '../../features/order.js';
import { startTestServer } from '../test-server.js';
import { readFuzzArguments } from './arguments.js';
import { promisedFor } from './body-rules.js';
import { FuzzFailure, fuzz } from './campaign.js';
import { fuzzCsv } from './csv.js';
import { promisedForBytes } from './head-rules.js';
import { wrongFields } from './order-rules.js';
import { fuzzRequests } from './requests.js';

const SEED = 20_220_212;

t.test('over a thousand requests each get an answer that is promised', async (t) => {
  const { url } = await startTestServer(t, { WORKERS: '1', REQUEST_TIMEOUT_MS: '60000' });
  t.ok((await fuzzRequests(url, { runs: 1_500, seed: SEED })) >= 1_500);
});

t.test('over a thousand raw files are each read or refused', async (t) => {
  t.ok((await fuzzCsv({ runs: 1_500, seed: SEED })) >= 1_500);
});

/** A server whose every answer is this one. */
async function constantServer(t: Test, status: number, body: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' }).end(body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.teardown(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

t.test('a server that always answers the same is found out, with the seed and a small input', async (t) => {
  for (const [status, body] of [
    [200, '{"estimated_delivery_minutes":20}'],
    [400, '{"code":"malformed_json","status":400}'],
    [500, '{}'],
  ] as const) {
    const url = await constantServer(t, status, body);
    const failure = await fuzzRequests(url, { runs: 500, seed: SEED, shrinkMs: 1_000 }).catch((error) => error);
    t.ok(failure instanceof FuzzFailure, `${status}`);
    t.match(failure.message, new RegExp(`Smallest input found: [\\s\\S]*Again: --seed ${SEED} --runs 500$`));
  }
});

t.test('what is found is made small', async (t) => {
  const holdsNoX = async (texts: readonly string[]) => {
    if (texts.some((text) => text.includes('x'))) throw new Error('an x');
  };
  await t.rejects(fuzz(fc.string(), holdsNoX, { runs: 10_000, seed: SEED }), { message: /^an x\n.*: \["x".{0,9}\]\n/ });
  t.ok((await fuzz(fc.string(), async () => {}, { runs: 1_000, seed: SEED })) >= 1_000);
});

t.test('the rules take every order that the schema can make, and no field of another kind', async () => {
  fc.assert(
    fc.property(generatedOrder(), fc.constantFrom(...ORDER_FIELDS), (order, field) => {
      const wrong = { ...order, [field]: [] };
      return wrongFields(order).length === 0 && wrongFields(wrong).join() === field;
    }),
    { seed: SEED },
  );
});

t.test('the rules tell bodies and heads apart', async (t) => {
  const promisedOf = (text: string) => promisedFor(Buffer.from(text));
  t.match(promisedOf('{'), { status: 400 });
  t.match(promisedOf('[]'), { status: 422, paths: [''] });
  t.match(promisedOf(' '.repeat(16_385)), { status: 413 });
  t.match(promisedFor(Uint8Array.of(0x22, 0xff, 0x22)), { status: 400 });
  const get = 'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n';
  t.match(promisedForBytes(get), { status: 200 });
  t.match(promisedForBytes(get.replace('/live', '/lives')), { status: 404 });
  t.match(promisedForBytes(get.replace('GET', 'PUT')), { status: 405 });
  t.match(promisedForBytes(get.replace('GET /health/live', 'POST /predict')), { status: 415 });
  for (const wrong of [
    `${get}x`,
    get.slice(0, -2),
    get.replace('Host', 'Hosts'),
    get.replace('1.1', '1.0'),
    ` ${get}`,
  ]) {
    t.equal(promisedForBytes(wrong), undefined, JSON.stringify(wrong));
  }
});

t.test('the command says what it cannot fuzz and how it is called', async (t) => {
  t.same(readFuzzArguments([], 7), { targets: ['requests', 'csv'], runs: 20_000, seed: 7 });
  t.same(readFuzzArguments(['csv', '--runs', '5', '--seed', '9'], 7), { targets: ['csv'], runs: 5, seed: 9 });
  for (const [args, why] of [
    [['orders'], /'orders' cannot be fuzzed; allowed is requests or csv/],
    [['csv', 'requests'], /cannot be fuzzed/],
    [['--runs', '0'], /--runs is '0'; allowed is a whole number from 1/],
    [['--seed', 'x'], /--seed is 'x'/],
    [['--what'], /Usage: npm run fuzz/],
  ] as const) {
    t.throws(() => readFuzzArguments(args, 7), { name: 'UsageError', message: why });
  }
});

t.test('the command tells how many inputs it tried', async (t) => {
  const program = fileURLToPath(new URL('./main.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'csv', '--runs', '50', '--seed', '1']);
  t.match(stdout, /^csv: 50 inputs, seed 1\ncsv: [0-9]+ inputs in [0-9.]+ s, each with an answer that is promised\n$/);
});
