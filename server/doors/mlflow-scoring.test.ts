import { join } from 'node:path';
import t from 'tap';
import { MLFLOW_VERSION } from '../../registry/mlmodel.js';
import { askPeer } from '../../testing/python-peer.js';
import { startTestServer } from '../../testing/test-server.js';
import { trainedProject } from '../../testing/trained-project.js';
import { encodedOrders } from '../fixtures/encoded-orders.js';
import { MAX_TABLE_BYTES } from '../limits.js';

type Predictions = readonly { readonly minutes: number }[];
interface Said {
  readonly version: string;
  readonly frame: Predictions;
  readonly reordered: Predictions;
  readonly records: Predictions;
  readonly csv: readonly string[];
  readonly byMlflow: readonly (readonly [status: number, body: { predictions?: Predictions; error_code?: string }])[];
}

const { url } = await startTestServer(t);
const { columns, rows, minutes } = await encodedOrders(url);
const { registryDir } = await trainedProject();
const records = rows.map((row) => Object.fromEntries(columns.map((name, column) => [name, row[column]])));
const [first = {}] = records;
const rounded = (predictions: Predictions) => predictions.map((one) => Math.round(one.minutes * 100) / 100);

async function invoke(body: string, type = 'application/json') {
  const answer = await fetch(`${url}/invocations`, { method: 'POST', headers: { 'content-type': type }, body });
  return [answer.status, await answer.json()] as const;
}

/** Bodies that MLflow takes; and others that it refuses. */
const TAKEN: readonly object[] = [
  { dataframe_split: { columns, index: [7, 8, 9], data: rows } },
  { dataframe_records: records },
  { inputs: records },
  { inputs: Object.fromEntries(columns.map((name, column) => [name, rows.map((row) => row[column])])) },
  { inputs: first },
  { instances: records },
  { instances: Object.fromEntries(columns.map((name, column) => [name, rows.map((row) => row[column])])) },
  { dataframe_records: records, params: { unused: 1 } },
];
const REFUSED: readonly unknown[] = [
  [],
  {},
  { dataframe_records: [], inputs: [] },
  { dataframe_records: [] },
  { dataframe_records: {} },
  { dataframe_split: { data: rows } },
  { dataframe_split: { columns, data: [[1]] } },
  { inputs: rows },
  { instances: rows },
  { dataframe_records: [{ ...first, [columns[0] ?? '']: 'old' }] },
  { dataframe_records: [Object.fromEntries(Object.entries(first).slice(1))] },
];

t.test("MLflow's client gets what /predict gives; MLflow's own server would answer alike", async (t) => {
  const { hostname, port } = new URL(url);
  const said = (await askPeer('mlflow', 'server/fixtures/mlflow_scoring_peer.py', {
    host: hostname,
    port: Number(port),
    files: join(registryDir, 'FoodDeliveryTimeModel', 'versions', '1', 'files'),
    columns,
    rows,
    bodies: [...TAKEN, ...REFUSED].map((body) => [JSON.stringify(body), 'application/json']),
  })) as Said;
  t.equal(said.version, MLFLOW_VERSION);
  for (const given of [said.frame, said.reordered, said.records]) t.strictSame(rounded(given), minutes);
  for (const csv of said.csv) {
    const [status, answer] = await invoke(csv, 'text/csv; charset=utf-8');
    t.strictSame([status, rounded((answer as { predictions: Predictions }).predictions)], [200, minutes]);
  }
  for (const [index, body] of TAKEN.entries()) {
    const [status, theirs] = said.byMlflow[index] ?? [];
    const [ours, answer] = await invoke(JSON.stringify(body));
    t.strictSame([ours, status], [200, 200], JSON.stringify(body));
    t.strictSame(answer, theirs);
  }
  for (const [index, body] of REFUSED.entries()) {
    const [status] = said.byMlflow[TAKEN.length + index] ?? [];
    const [ours, answer] = await invoke(JSON.stringify(body));
    t.strictSame([ours, status], [400, 400], JSON.stringify(body));
    t.match(answer, { error_code: 'BAD_REQUEST', message: /\.$/ });
  }
});

t.test('wrong columns and values are named', async (t) => {
  const [name = ''] = columns;
  const { [name]: _, ...without } = first;
  const wrong: readonly (readonly [string, RegExp, string?])[] = [
    [JSON.stringify({ inputs: [without] }), new RegExp(`missing '${name}'`)],
    [JSON.stringify({ inputs: [first, { ...first, surprise: 1 }] }), /unknown or twice 'surprise'/],
    [JSON.stringify({ inputs: [first, without] }), new RegExp(`Row 1, column ${name}: .* it was nothing`)],
    [JSON.stringify({ inputs: [{ ...first, [name]: null }] }), new RegExp(`Row 0, column ${name}: .* it was null`)],
    [JSON.stringify({ inputs: { ...first, [name]: [1, 2] } }), /equally long/],
    ['{', /not JSON/],
    ['', /CSV is empty/, 'text/csv'],
    [columns.join(), /no rows/, 'text/csv'],
    [`${columns.join()}\n1,2`, /Row 0 must have/, 'text/csv'],
    [`${columns.join()}\n${columns.map(() => '0x1').join()}`, /it was "0x1"/, 'text/csv'],
    [`,${columns.join()}\n0,${columns.map(() => '1').join()}`, /unknown or twice ''/, 'text/csv'],
  ];
  for (const [body, message, type] of wrong) t.match(await invoke(body, type), [400, { message }], String(message));
  t.match(await invoke('{}', 'text/plain'), [415, { error_code: 'BAD_REQUEST', message: /text\/csv/ }]);
  t.match(await invoke(' '.repeat(MAX_TABLE_BYTES + 1)), [413, { message: /bytes/ }]);
});

t.test('without a model the ping fails', async (t) => {
  const { url: empty } = await startTestServer(t, { MODEL_URI: 'models:/Nothing@production' }, { until: 'listening' });
  t.strictSame([(await fetch(`${url}/ping`)).status, (await fetch(`${empty}/ping`)).status], [200, 503]);
});
