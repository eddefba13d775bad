/** The client's calls, by a real server. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { EXAMPLE_ORDER, SHORTEST_ORDER } from '../server/openapi/example-order.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { clientOf } from '../testing/test-client.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { FoodEtaClient, type Order, OrderNotJsonError, ProblemError } from './index.js';
import { BATCH_MAX_ROWS } from './limits.js';

const { url } = await startTestServer(t, { REQUEST_TIMEOUT_MS: '20000' });
const client = clientOf(t, url, { gather: {} });

/** As a caller in JavaScript may give it. */
const wrong = { ...SHORTEST_ORDER, City: 7, Restaurant_latitude: 5 } as unknown as Order;
const circular: { itself?: unknown } = {};
circular.itself = circular;
const notJson = circular as unknown as Order;

const minutesOf = async (order: Order) =>
  ((await (await postOrder(url, order)).json()) as { estimated_delivery_minutes: number }).estimated_delivery_minutes;

t.test('an order gets its minutes, and the version that gave them', async (t) => {
  for (const order of [EXAMPLE_ORDER, SHORTEST_ORDER]) {
    t.strictSame(await client.predict(order), { minutes: await minutesOf(order), modelVersion: 1 });
  }
});

t.test('a wrong order is told by its code, status and every wrong field', async (t) => {
  const error = await client.predict(wrong).catch((caught: unknown) => caught);
  t.ok(error instanceof ProblemError);
  t.match(error, {
    name: 'ProblemError',
    code: 'order_invalid',
    status: 422,
    message: 'The order has wrong fields: Wrong: /Restaurant_latitude, /City.',
    repeatable: false,
  });
  const { errors } = error as ProblemError;
  t.strictSame(errors.map(({ path, given }) => `${path} ${given}`).sort(), ['/City 7', '/Restaurant_latitude 5']);
  t.match(errors[0]?.allowed, /./);
  await t.rejects(client.predict(notJson), {
    code: 'order_not_json',
    message: /cannot be written as JSON: .*circular/,
  });
  await t.rejects(client.predict(undefined as unknown as Order), { code: 'order_invalid' });
});

t.test('of a batch each order has its estimate or why it has none, in their order', async (t) => {
  const results = await client.predictBatch([EXAMPLE_ORDER, wrong, notJson, SHORTEST_ORDER, notJson]);
  const expected = [await minutesOf(EXAMPLE_ORDER), await minutesOf(SHORTEST_ORDER)];
  t.strictSame(
    results.map((result) => (result.status === 'fulfilled' ? result.value.minutes : result.reason.code)),
    [expected[0], 'order_invalid', 'order_not_json', expected[1], 'order_not_json'],
  );
  t.ok(results.every((result) => result.status === 'refused' || result.value.modelVersion === 1));
  const [, refused] = results;
  t.match(refused, { reason: { status: 422, errors: [{ path: String }, { path: String }] } });
  t.strictSame(await client.predictBatch([]), []);
  t.ok(results[2]?.status === 'refused' && results[2].reason instanceof OrderNotJsonError);
});

t.test('more orders than one request takes are sent in several', async (t) => {
  const orders = Array.from({ length: BATCH_MAX_ROWS + 2 }, () => SHORTEST_ORDER);
  const results = await client.predictBatch([...orders, EXAMPLE_ORDER]);
  t.equal(results.length, orders.length + 1);
  const minutes = results.map((result) => (result.status === 'fulfilled' ? result.value.minutes : Number.NaN));
  t.strictSame([...new Set(minutes)], [await minutesOf(SHORTEST_ORDER), await minutesOf(EXAMPLE_ORDER)]);
  t.equal(minutes.at(-1), await minutesOf(EXAMPLE_ORDER));
});

t.test('health and model-info are as the server tells them', async (t) => {
  t.strictSame(await client.health(), await (await fetch(`${url}/health`)).json());
  t.strictSame(await client.modelInfo(), await (await fetch(`${url}/model-info`)).json());
});

t.test('a server that has no model says so, and is healthy in no call', async (t) => {
  const empty = await startTestServer(
    t,
    { REGISTRY_DIR: await temporaryFolder(t), MLFLOW_TRACKING_URI: 'http://127.0.0.1:9' },
    { until: 'listening' },
  );
  const without = clientOf(t, empty.url, { retries: 0 });
  const health = await without.health();
  t.match(health, { status: 'unavailable', model_loaded: false });
  t.match(health.status === 'unavailable' ? health.reason : '', /./);
  await t.rejects(without.predict(SHORTEST_ORDER), { code: 'model_unavailable', status: 503, retryAfterMs: 1_000 });
  await t.rejects(without.modelInfo(), { code: 'model_unavailable' });
});

t.test('a token is sent where there is one, and asked for anew each time where it is a function', async (t) => {
  const tokens = ['first-token-of-these-tests', 'second-token-of-these-tests'];
  const file = join(t.testdir({ tokens: tokens.join('\n') }), 'tokens');
  const guarded = await startTestServer(t, { API_TOKENS_FILE: file });
  const clientWith = (token?: string | (() => string)) => clientOf(t, guarded.url, { token });
  await t.rejects(clientWith().predict(SHORTEST_ORDER), { code: 'token_missing_or_wrong', status: 401 });
  await t.rejects(clientWith('a-token-that-nobody-knows').predict(SHORTEST_ORDER), { code: 'token_missing_or_wrong' });
  t.match(await clientWith(tokens[1]).predict(SHORTEST_ORDER), { minutes: Number });
  const left = readFileSync(file, 'utf8').split('\n');
  const changing = clientWith(() => left.shift() ?? 'there-are-no-more-tokens');
  for (const _ of tokens) t.match(await changing.predict(SHORTEST_ORDER), { minutes: Number });
  await t.rejects(changing.predict(SHORTEST_ORDER), { code: 'token_missing_or_wrong' });
});

t.test('options that cannot be used are told by name, with what is allowed, and no token is shown', async (t) => {
  const baseUrl = url;
  for (const [options, message] of [
    [{ baseUrl: 'eta.example' }, "baseUrl is 'eta.example'; allowed is http://HOST"],
    [{ baseUrl: 'ftp://eta.example' }, 'baseUrl is'],
    [{ baseUrl: 'http://eta.example/?a=1' }, 'baseUrl is'],
    [{ baseUrl: 'http://me:secret@eta.example' }, 'baseUrl holds a name or a password'],
    [{ baseUrl, timeoutMs: 0 }, 'timeoutMs is 0; allowed are milliseconds over 0'],
    [{ baseUrl, timeoutMs: Number.NaN }, 'timeoutMs is NaN'],
    [{ baseUrl, timeoutMs: 2 ** 31 }, 'timeoutMs is 2147483648'],
    [{ baseUrl, retries: -1 }, 'retries is -1; allowed is a whole number from 0'],
    [{ baseUrl, connections: 0.5 }, 'connections is 0.5'],
    [{ baseUrl, gather: { maxRows: 10_001 } }, 'gather.maxRows is 10001; allowed is a whole number from 1 to 10000'],
    [{ baseUrl, gather: { maxWaitMs: -1 } }, 'gather.maxWaitMs is -1'],
    [{ baseUrl, token: 'a secret\n' }, 'token holds what a header cannot carry'],
  ] as const) {
    t.throws(() => new FoodEtaClient(options), { message: new RegExp(`^${message.replaceAll('.', '\\.')}`) });
  }
});

t.test('a time that cannot be used and a token function that fails reject the call', async (t) => {
  const timeoutMs = -1;
  const noTime = { name: 'RangeError', message: /^timeoutMs is -1; allowed are/ };
  await t.rejects(client.predict(SHORTEST_ORDER, { timeoutMs }), noTime);
  await t.rejects(client.predictBatch([SHORTEST_ORDER], { timeoutMs }), noTime);
  await t.rejects(client.health({ timeoutMs }), noTime);
  await t.rejects(client.modelInfo({ timeoutMs }), noTime);
  const fault = new Error('The vault is closed.');
  const closed = (): string => {
    throw fault;
  };
  for (const gather of [{}, false] as const) {
    for (const [token, error] of [
      [() => 'a secret', { name: 'TypeError', message: /^token holds what a header cannot carry/ }],
      [closed, fault],
    ] as const) {
      const guarded = clientOf(t, url, { gather, token });
      await t.rejects(guarded.predict(SHORTEST_ORDER), error);
      await t.rejects(guarded.predictBatch([SHORTEST_ORDER]), error);
      t.match(await guarded.health(), { status: 'healthy' }, 'which is not asked where none is sent');
    }
  }
});

t.test('a base address may have a path, as behind a proxy', async (t) => {
  const behind = clientOf(t, `${url}/eta/`);
  await t.rejects(behind.predict(SHORTEST_ORDER), { code: 'not_found', message: /There is no \/eta\/predict here/ });
});

t.test('a closed client takes no calls, and answers those it had', async (t) => {
  const closing = clientOf(t, url, { gather: {} });
  const calls = [closing.predict(EXAMPLE_ORDER), closing.predict(SHORTEST_ORDER)];
  await closing.close();
  const expected = [await minutesOf(EXAMPLE_ORDER), await minutesOf(SHORTEST_ORDER)];
  t.strictSame(
    (await Promise.all(calls)).map(({ minutes }) => minutes),
    expected,
  );
  await t.rejects(closing.predict(EXAMPLE_ORDER), { code: 'closed', message: /make another/ });
  await t.rejects(closing.health(), { code: 'closed' });
  await closing.close();
});
