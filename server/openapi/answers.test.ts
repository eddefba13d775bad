/** Every response that the document knows is provoked, and what comes back held against what the document says of it. */
import { createHmac } from 'node:crypto';
import t, { type Test } from 'tap';
import { LocalRegistry } from '../../registry/local-registry.js';
import { DocumentJudge, fetchApiDocument, type ResponseDescription } from '../../testing/api-document.js';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import type { FailureCode, Reply, RowSource } from '../batching/reply.js';
import { Bulk } from '../bulk/bulk.js';
import { mlflowScoringRoutes } from '../doors/mlflow-scoring.js';
import { openInferenceRoutes } from '../doors/open-inference.js';
import { ERRORS, type Problem } from '../errors.js';
import { POST_DOORS, READ_DOORS } from '../fixtures/doors.js';
import { encodedOrders } from '../fixtures/encoded-orders.js';
import { answersTo } from '../fixtures/raw-client.js';
import { Gate } from '../gate.js';
import { HttpServer } from '../http.js';
import { MAX_BODY_BYTES, MAX_BULK_BYTES, MAX_TABLE_BYTES } from '../limits.js';
import { createLogger } from '../log.js';
import { measureModels } from '../metrics/models.js';
import { Metrics } from '../metrics/prometheus.js';
import { Refusals } from '../metrics/refusals.js';
import { healthRoutes } from '../routes/health.js';
import { metricsRoute } from '../routes/metrics.js';
import { mlflowHookRoute } from '../routes/mlflow-hook.js';
import { modelInfoRoute } from '../routes/model-info.js';
import { openApiRoute } from '../routes/openapi.js';
import { predictRoute } from '../routes/predict.js';
import { predictBatchRoute } from '../routes/predict-batch.js';
import { statusRoute } from '../routes/status.js';
import type { ServedModel } from '../served-model.js';
import { Serving } from '../serving.js';
import { Coordinator } from '../switching/coordinator.js';
import { EXAMPLE_ORDER, SHORTEST_ORDER } from './example-order.js';

const SECRET = 'a secret of the test';
const { url } = await startTestServer(t, { WEBHOOK_SECRET: SECRET });
const withTokens = await startTestServer(t, {
  API_TOKENS_FILE: `${t.testdir({ tokens: 'a-token-of-the-test-that-is-long' })}/tokens`,
});
const document = await fetchApiDocument(url);
const judge = new DocumentJudge(document);

/** What a batcher says that takes all in. */
const ROOM = { hasRoom: () => true, retryAfterSeconds: 1 };
const open = new Gate(1_000, 1_000, new Refusals());
const closed = new Gate(1_000, 1_000, new Refusals(), () => true);

/** The same routes over a model that is not there, or whose batcher does as it is told. */
async function serverOver(t: Test, serving: Serving, secret = '', gate = open): Promise<string> {
  const uri = { name: 'M', alias: 'production' } as const;
  const registry = new LocalRegistry(t.testdirName);
  const coordinator = new Coordinator(registry, uri, [serving], undefined, createLogger('silent'));
  const metrics = new Metrics();
  measureModels(metrics, { serving, coordinator });
  const routes = [
    predictRoute(serving, gate),
    predictBatchRoute(serving, new Bulk(gate)),
    ...openInferenceRoutes(serving, new Bulk(gate), { release: 'r', isDraining: () => false }),
    ...mlflowScoringRoutes(serving, new Bulk(gate), () => false),
    modelInfoRoute({ serving, coordinator }, uri),
    metricsRoute(metrics),
    statusRoute({ status: async () => Promise.reject(new Error('a mistake of ours')) }),
    ...healthRoutes(serving, 'r', () => false),
    openApiRoute(serving),
    mlflowHookRoute(secret, () => {
      throw new Error('a mistake of ours');
    }),
  ];
  const http = new HttpServer(routes, () => {});
  const port = await http.listen('127.0.0.1', 0);
  t.teardown(() => http.close());
  return `http://127.0.0.1:${port}`;
}

/** @param model what it serves, once that has been activated */
function servingOf(model?: ServedModel): Serving {
  return new Serving({
    open: async () => model ?? Promise.reject(new Error('There is none.')),
    keepPrevious: false,
    onLost: () => {},
  });
}

const withoutModel = await serverOver(t, servingOf());
const stopping = await serverOver(t, servingOf(), '', closed);

/** Whatever asks it for its model gets an exception. */
const broken = servingOf();
Object.defineProperty(broken, 'model', {
  get() {
    throw new Error('a mistake of ours');
  },
});
const faulty = await serverOver(t, broken, SECRET);

/** @param batcher of the model that the server has */
async function serverWith(batcher: object): Promise<string> {
  const version = { name: 'M', version: 1, runId: 'r', createdAt: '', tags: {}, aliases: [] };
  const encoder = { columns: ['a'], encode() {} };
  const serving = servingOf({ version, batcher, encoder, pool: { onEnd() {} } } as unknown as ServedModel);
  await serving.prepare({ version, folder: '' });
  serving.activate(version);
  return serverOver(t, serving);
}

/** @param submit stands for the batcher's */
async function predictWith(submit: (reply: Reply) => boolean): Promise<Response> {
  return postOrder(await serverWith({ ...ROOM, submit: (_: unknown, reply: Reply) => submit(reply) }), SHORTEST_ORDER);
}

function postBatch(from: string, body = JSON.stringify([EXAMPLE_ORDER, 1]), type = 'application/json') {
  return fetch(`${from}/predict/batch`, { method: 'POST', headers: { 'content-type': type }, body });
}
const batch = (body?: string, type?: string) => () => postBatch(url, body, type);
/** Of a batch all of whose rows fail so. */
const batchFailing = (code: FailureCode) => async () => {
  return postBatch(await serverWith(failingRows(code)));
};
const failing = (code: FailureCode) => () =>
  predictWith((reply) => {
    reply.fail(0, code, 'It is told why.');
    return true;
  });

const get =
  (path: string, headers: Record<string, string> = {}, from = url) =>
  () =>
    fetch(`${from}${path}`, { headers });
const put = (path: string) => () => fetch(`${url}${path}`, { method: 'PUT' });
const post = (body: unknown, headers?: Record<string, string>) => () => postOrder(url, body, headers);
/** A delivery of MLflow's webhook, signed with `secret`. */
const deliver =
  (secret: string, from = url, body = '{}') =>
  () => {
    const [id, timestamp] = ['d-1', String(Math.floor(Date.now() / 1_000))];
    const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
    const headers = {
      'content-type': 'application/json',
      'x-mlflow-delivery-id': id,
      'x-mlflow-timestamp': timestamp,
      'x-mlflow-signature': `v1,${signature}`,
    };
    return fetch(`${from}/hooks/mlflow`, { method: 'POST', headers, body });
  };
/** Of a request whose head is not what fetch would send. */
const withHead = (method: string, path: string, headers: string) => async () => {
  const [answer] = await answersTo(url, `${method} ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n`);
  return new Response(answer?.body ?? '', { status: answer?.status ?? 0, headers: [...(answer?.headers ?? [])] });
};
/** Of a body that is not sent: the connection is closed as soon as its length is told. */
const tooLong = (limit: number) => `Content-Type: application/json\r\nContent-Length: ${limit + 1}`;
/** The doors of other protocols: by operation, its path here and, of a POST, what it is sent. */
const { columns } = await encodedOrders(url);
const over = (names: readonly string[]) => ({
  tensor: JSON.stringify({
    inputs: [{ name: 'features', shape: [1, names.length], datatype: 'FP32', data: names.map(() => 1) }],
  }),
  frame: JSON.stringify({ dataframe_records: [Object.fromEntries(names.map((name) => [name, 1]))] }),
});
const FULL = over(columns);
/** For the model that stands in for one. */
const SMALL = over(['a']);
const here = (path: string) => path.replace('/M', '/FoodDeliveryTimeModel');

/** A batcher all of whose rows fail so. */
const failingRows = (code: FailureCode) => ({
  ...ROOM,
  submitRows({ rows }: RowSource, reply: Reply): void {
    for (let row = 0; row < rows; row++) reply.fail(row, code, 'It is told why.');
  },
});
const doorAnswers = (): Record<string, () => Promise<Response>> => {
  const answers: Record<string, () => Promise<Response>> = {};
  for (const [operation, path, statuses] of READ_DOORS) {
    answers[`${operation} 200`] = get(here(path));
    answers[`${operation} 400`] = withHead('GET', here(path), 'Host: y');
    answers[`${operation} 405`] = put(here(path));
    answers[`${operation} 501`] = withHead('GET', here(path), 'Transfer-Encoding: gzip');
    const others = { 404: get(path), 500: get(path, {}, faulty), 503: get(path, {}, withoutModel) };
    for (const status of statuses) answers[`${operation} ${status}`] = others[status];
  }
  for (const [operation, path, kind] of POST_DOORS) {
    const send = (from: string, to: string, body: string, headers: Record<string, string> = {}) =>
      fetch(from + to, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
    const failingBy = (code: FailureCode) => async () => send(await serverWith(failingRows(code)), path, SMALL[kind]);
    answers[`${operation} 200`] = () => send(url, here(path), FULL[kind]);
    answers[`${operation} 400`] = () => send(url, here(path), '{');
    answers[`${operation} 401`] = () => send(withTokens.url, here(path), FULL[kind]);
    answers[`${operation} 405`] = get(here(path));
    answers[`${operation} 413`] = withHead('POST', here(path), tooLong(MAX_TABLE_BYTES));
    const otherKind = kind === 'frame' ? { 'content-type': 'text/plain' } : { 'content-encoding': 'gzip' };
    answers[`${operation} 415`] = () => send(url, here(path), '{}', otherKind);
    answers[`${operation} 429`] = failingBy('overloaded');
    answers[`${operation} 500`] = () => send(faulty, path, '{}');
    answers[`${operation} 501`] = withHead('POST', here(path), 'Transfer-Encoding: gzip');
    answers[`${operation} 503`] = () => send(withoutModel, path, '{}');
    answers[`${operation} 504`] = failingBy('prediction_timeout');
    if (kind === 'tensor') answers[`${operation} 404`] = () => send(url, path, FULL[kind]);
  }
  return answers;
};
const ANY = { 'if-none-match': '*' };
/** By operation, where it is found. */
const OPERATIONS = [
  ['predict', 'POST', '/predict'],
  ['predictBatch', 'POST', '/predict/batch'],
  ['health', 'GET', '/health'],
  ['live', 'GET', '/health/live'],
  ['modelInfo', 'GET', '/model-info'],
  ['metrics', 'GET', '/metrics'],
  ['status', 'GET', '/status'],
  ['statusPage', 'GET', '/'],
  ['statusPageFile', 'GET', '/status-page/main.mjs'],
  ['openApi', 'GET', '/openapi.json'],
  ['docs', 'GET', '/docs'],
  ['docsFile', 'GET', '/docs/initializer.js'],
  ['mlflowHook', 'POST', '/hooks/mlflow'],
] as const;

/** By operation, status and, for errors, code: how it comes to that. */
const PROVOKED: Readonly<Record<string, () => Promise<Response>>> = {
  'predict 200': post(EXAMPLE_ORDER),
  'predict 400 malformed_json': post('{City'),
  'predict 401 token_missing_or_wrong': () => postOrder(withTokens.url, EXAMPLE_ORDER),
  'predict 405 method_not_allowed': get('/predict'),
  'predict 413 body_too_large': post('x'.repeat(MAX_BODY_BYTES + 1)),
  'predict 415 unsupported_media_type': post(EXAMPLE_ORDER, { 'content-type': 'text/plain' }),
  'predict 422 order_invalid': post({ ...EXAMPLE_ORDER, Delivery_person_Age: '36', Restaurant_latitude: 5.9 }),
  'predict 429 overloaded': () => predictWith(() => false),
  'predict 500 internal_error': () => postOrder(faulty, SHORTEST_ORDER),
  'predict 503 server_stopping': () => postOrder(stopping, SHORTEST_ORDER),
  'predict 503 model_unavailable': () => postOrder(withoutModel, SHORTEST_ORDER),
  'predict 503 prediction_failed': failing('prediction_failed'),
  'predict 504 prediction_timeout': failing('prediction_timeout'),
  'predictBatch 200': batch(),
  'predictBatch 400 malformed_json': batch('[{City'),
  'predictBatch 401 token_missing_or_wrong': () => postBatch(withTokens.url),
  'predictBatch 405 method_not_allowed': get('/predict/batch'),
  'predictBatch 413 body_too_large': withHead('POST', '/predict/batch', tooLong(MAX_BULK_BYTES)),
  'predictBatch 415 unsupported_media_type': batch('[]', 'text/plain'),
  'predictBatch 422 order_invalid': batch('{"City":1}'),
  'predictBatch 429 overloaded': batchFailing('overloaded'),
  'predictBatch 500 internal_error': () => postBatch(faulty),
  'predictBatch 503 server_stopping': () => postBatch(stopping),
  'predictBatch 503 model_unavailable': () => postBatch(withoutModel),
  'predictBatch 503 prediction_failed': batchFailing('prediction_failed'),
  'predictBatch 504 prediction_timeout': batchFailing('prediction_timeout'),
  ...doorAnswers(),
  'health 500 internal_error': get('/health', {}, faulty),
  'health 503': get('/health', {}, withoutModel),
  'modelInfo 500 internal_error': get('/model-info', {}, faulty),
  'modelInfo 503 model_unavailable': get('/model-info', {}, withoutModel),
  'metrics 500 internal_error': get('/metrics', {}, faulty),
  'status 400 query_invalid': get('/status?after=yesterday'),
  'status 500 internal_error': get('/status', {}, faulty),
  'statusPage 304': get('/', ANY),
  'statusPageFile 304': get('/status-page/main.mjs', ANY),
  'statusPageFile 404 not_found': get('/status-page/index.css'),
  'openApi 304': get('/openapi.json', ANY),
  'openApi 500 internal_error': get('/openapi.json', {}, faulty),
  'docs 304': get('/docs', ANY),
  'docsFile 304': get('/docs/initializer.js', ANY),
  'docsFile 404 not_found': get('/docs/index.css'),
  'mlflowHook 202': deliver(SECRET),
  'mlflowHook 401 signature_invalid': deliver('another'),
  'mlflowHook 401 token_missing_or_wrong': deliver(SECRET, withTokens.url),
  'mlflowHook 404 not_found': deliver(SECRET, withoutModel),
  'mlflowHook 405 method_not_allowed': put('/hooks/mlflow'),
  'mlflowHook 413 body_too_large': deliver(SECRET, url, 'x'.repeat(MAX_BODY_BYTES + 1)),
  'mlflowHook 500 internal_error': deliver(SECRET, faulty),
  ...Object.fromEntries(
    OPERATIONS.filter(([, method]) => method === 'GET').flatMap(([operation, , path]) => [
      [`${operation} 200`, get(path)],
      [`${operation} 405 method_not_allowed`, put(path)],
    ]),
  ),
  ...Object.fromEntries(
    OPERATIONS.flatMap(([operation, method, path]) => [
      [`${operation} 400 malformed_request`, withHead(method, path, 'Host: y')],
      [`${operation} 501 transfer_encoding_unsupported`, withHead(method, path, 'Transfer-Encoding: gzip')],
    ]),
  ),
};

interface Documented {
  readonly claim: string;
  /** Keys from the document's root to the response. */
  readonly path: readonly string[];
  readonly response: ResponseDescription;
  /** Of an error: the example that is given for it. */
  readonly example?: unknown;
}

const documented: readonly Documented[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, { operationId, responses }]) =>
    Object.entries(responses).flatMap(([status, response]): Documented[] => {
      const found = { claim: `${operationId} ${status}`, path: ['paths', path, method, 'responses', status], response };
      const problems = response.content?.['application/problem+json'];
      if (problems === undefined) return [found];
      return Object.entries(problems.examples ?? {}).map(([code, example]) => ({
        ...found,
        claim: `${found.claim} ${code}`,
        example: example.value,
      }));
    }),
  ),
);

t.test('every documented response can be provoked, and nothing was provoked that is not documented', async (t) => {
  t.strictSame(documented.map(({ claim }) => claim).sort(), Object.keys(PROVOKED).sort());
});

t.test('every error there is has an example', async (t) => {
  const codes = documented.flatMap(({ example }) => (example === undefined ? [] : [(example as Problem).code]));
  t.strictSame([...new Set(codes)].sort(), Object.keys(ERRORS).sort());
});

for (const { claim, path, response, example } of documented) {
  t.test(`${claim} comes as the document says`, async (t) => {
    const given = await PROVOKED[claim]?.();
    if (given === undefined) throw new Error('Nothing provokes it.');
    t.equal(`${given.status}`, path.at(-1));

    const { 'content-type': type = '', ...headers } = Object.fromEntries(given.headers);
    for (const [name, { schema }] of Object.entries(response.headers ?? {})) {
      const isNumber = (schema as { type?: string }).type === 'integer';
      const value = isNumber ? Number(headers[name]) : headers[name];
      const validate = judge.schemaAt(...path, 'headers', name, 'schema');
      t.ok(validate(value), `${name}: ${headers[name]}`);
    }
    for (const name of ['allow', 'retry-after', 'www-authenticate', 'x-model-version', 'etag', 'cache-control']) {
      t.equal(name in headers, name in (response.headers ?? {}), `${name} is documented where it comes`);
    }

    const body = await given.text();
    if (response.content === undefined) {
      t.equal(body, '');
      return;
    }
    const mediaType = type.split(';')[0] ?? '';
    t.ok(mediaType in response.content, `${mediaType} is documented`);
    if (!mediaType.endsWith('json')) return;
    const value: unknown = JSON.parse(body);
    const validate = judge.schemaAt(...path, 'content', mediaType, 'schema');
    t.ok(validate(value), JSON.stringify(validate.errors));
    if (example === undefined) return;
    t.ok(validate(example), 'so does the example');
    const { detail: _, ...problem } = value as Problem;
    const { detail, ...shown } = example as Problem;
    t.strictSame(shown, problem, 'the example is such an answer');
    t.match(detail, /^[A-Z/].*\.$/);
  });
}

interface Described {
  readonly properties: object;
  readonly required: readonly string[];
}

t.test('answers hold what the document says that they do, and nothing that it does not describe', async (t) => {
  for (const [path, name] of [
    ['/health', 'Healthy'],
    ['/health/live', 'Liveness'],
    ['/model-info', 'ModelInfo'],
    ['/status', 'Status'],
  ] as const) {
    const answer = (await (await fetch(url + path)).json()) as object;
    const schemas = document.components.schemas as unknown as Record<string, Described>;
    const { properties = {}, required = [] } = schemas[name] ?? {};
    const told = Object.keys(answer);
    t.strictSame([told.filter((key) => !(key in properties)), required.filter((key) => !told.includes(key))], [[], []]);
  }
});

t.test('HEAD is answered with the headers of GET, wherever there is GET', async (t) => {
  for (const [path, methods] of Object.entries(document.paths)) {
    if (methods['get'] === undefined) continue;
    const file = path.startsWith('/docs') ? 'swagger-ui.css' : 'style.css';
    const names = { '{file}': file, '{name}': 'FoodDeliveryTimeModel', '{version}': '1' };
    const address = url + Object.entries(names).reduce((filled, [name, value]) => filled.replace(name, value), path);
    const [got, head] = [await fetch(address), await fetch(address, { method: 'HEAD' })];
    // What is measured is another text each time.
    const isMeasured = path === '/metrics' || path === '/status';
    const varies = isMeasured ? 'content-length' : 'date';
    const headersOf = ({ headers }: Response) => [...headers].filter(([name]) => name !== 'date' && name !== varies);
    t.strictSame([head.status, headersOf(head), await head.text()], [got.status, headersOf(got), ''], path);
    if (isMeasured) continue;
    t.equal(Number(head.headers.get('content-length')), (await got.arrayBuffer()).byteLength, path);
  }
});

t.test('every example of an order is answered with minutes', async (t) => {
  const examples = document.paths['/predict']?.['post']?.requestBody?.content['application/json']?.examples ?? {};
  t.strictSame(Object.keys(examples), ['complete', 'shortest']);
  for (const [name, { value }] of Object.entries(examples)) {
    const answer = await postOrder(url, value);
    t.match([answer.status, await answer.json()], [200, { estimated_delivery_minutes: Number }], name);
  }
});
