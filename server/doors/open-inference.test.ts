import t from 'tap';
import { askPeer } from '../../testing/python-peer.js';
import { startTestServer } from '../../testing/test-server.js';
import { encodedOrders } from '../fixtures/encoded-orders.js';
import { MAX_TABLE_BYTES } from '../limits.js';

interface Said {
  readonly answers: readonly (readonly [id: string, minutes: readonly number[][]])[];
  readonly refused: Readonly<Record<string, readonly [status: string, message: string]>>;
}

const MODEL = 'FoodDeliveryTimeModel';
const { url } = await startTestServer(t);
const { columns, rows, minutes } = await encodedOrders(url);
const infer = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/v2/models/${MODEL}/infer`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const input = (data: unknown, shape = [rows.length, columns.length]) => ({
  inputs: [{ name: 'features', shape, datatype: 'FP32', data }],
});
const rounded = (values: readonly number[]) => values.map((value) => Math.round(value * 100) / 100);

t.test("Triton's client gets what /predict gives, in JSON and in bytes, and is told what is wrong", async (t) => {
  const asked = { address: url.replace('http://', ''), model: MODEL, rows };
  const said = (await askPeer('triton', 'server/fixtures/triton_peer.py', asked)) as Said;
  t.equal(said.answers.length, 5);
  for (const [id, given] of said.answers) t.strictSame([id, rounded(given.flat())], ['r-1', minutes]);
  t.match(said, {
    live: true,
    ready: true,
    modelReady: [true, true, false],
    server: { name: 'food-delivery-time', extensions: ['binary_tensor_data'] },
    metadata: {
      name: MODEL,
      versions: ['1'],
      inputs: [{ name: 'features', datatype: 'FP32', shape: [-1, columns.length] }],
      outputs: [{ name: 'minutes', datatype: 'FP32', shape: [-1, 1] }],
    },
    refused: {
      name: ['404', new RegExp(`there is ${MODEL}/1`)],
      version: ['404', new RegExp(`there is ${MODEL}/1`)],
      width: ['400', /must have the shape/],
      number: ['400', new RegExp(`Row 1, column ${columns[2]}`)],
      many: ['413', /may have 10000/],
    },
    most: [2_000, 1],
  });
});

t.test('data may be flat or in rows, and an id comes back', async (t) => {
  for (const data of [rows, rows.flat()]) {
    const answer = await infer({ ...input(data), id: 'mine' });
    t.equal(answer.headers.get('x-model-version'), '1');
    const { outputs, ...rest } = (await answer.json()) as { outputs: { data: number[]; shape: number[] }[] };
    t.strictSame(rest, { model_name: MODEL, model_version: '1', id: 'mine' });
    t.strictSame(outputs[0]?.shape, [rows.length, 1]);
    t.strictSame(rounded(outputs[0]?.data ?? []), minutes);
  }
});

t.test('what is wrong is said in the form of the protocol', async (t) => {
  const wrong: readonly (readonly [unknown, number, RegExp, Record<string, string>?])[] = [
    ['{', 400, /not JSON/],
    [{}, 400, /inputs/],
    [input(rows, [rows.length, 1]), 400, /shape \[rows, /],
    [input(rows, [0, columns.length]), 400, /no rows/],
    [input(rows.slice(1)), 400, /must have 3 rows/],
    [input([rows[0], rows[1], [1]]), 400, /Row 2/],
    [input(rows.flat().with(1, 1e39)), 400, /finite number/],
    [input([...rows.flat().slice(1), '1']), 400, /it was "1"/],
    [input(undefined), 400, /no data/],
    [{ ...input(rows), outputs: [{ name: 'other' }] }, 400, /outputs/],
    [input(rows), 400, /Inference-Header-Content-Length/, { 'inference-header-content-length': '99999' }],
    [input(rows), 400, /Inference-Header-Content-Length/, { 'inference-header-content-length': 'x' }],
    [input(rows), 415, /compressed/, { 'content-encoding': 'gzip' }],
    [' '.repeat(MAX_TABLE_BYTES + 1), 413, /bytes/],
  ];
  for (const [body, status, message, headers] of wrong) {
    const answer = await infer(body, headers);
    t.match([answer.status, await answer.json()], [status, { error: message }], String(message));
  }
  const { status, headers } = await fetch(`${url}/v2/models/${MODEL}/infer`);
  t.strictSame([status, headers.get('allow'), headers.get('content-type')], [405, 'POST', 'application/json']);
});

t.test('without a model it lives and is not ready', async (t) => {
  const { url: empty } = await startTestServer(t, { MODEL_URI: 'models:/Nothing@production' }, { until: 'listening' });
  const status = async (path: string) => (await fetch(`${empty}/v2${path}`)).status;
  t.strictSame(
    [await status('/health/live'), await status('/health/ready'), await status(`/models/${MODEL}/ready`)],
    [200, 503, 503],
  );
});
