import { request } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import t from 'tap';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { ORDER_TEXT, RawClient } from './fixtures/raw-client.js';
import { BULK_PARSED_AT_ONCE_BYTES, MAX_BODY_BYTES, MAX_BULK_BYTES, MAX_BULK_ROWS } from './limits.js';
import { EXAMPLE_ORDER, SHORTEST_ORDER } from './openapi/example-order.js';

interface Row {
  readonly estimated_delivery_minutes?: number;
  readonly problem?: { readonly code: string; readonly detail: string; readonly errors?: readonly object[] };
}

const { url } = await startTestServer(t, { REQUEST_TIMEOUT_MS: '20000' });

function postBatch(body: string | Uint8Array, type = 'application/json'): Promise<Response> {
  return fetch(`${url}/predict/batch`, { method: 'POST', headers: { 'content-type': type }, body });
}

async function rowsOf(response: Response): Promise<readonly Row[]> {
  const text = await response.text();
  if (response.headers.get('content-type') !== 'application/x-ndjson') return JSON.parse(text).predictions;
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
}

/** What is told of a row: its minutes, or the code of its problem. */
const told = (rows: readonly Row[]) => rows.map((row) => row.estimated_delivery_minutes ?? row.problem?.code);

/** Orders that differ, each with other minutes than most. */
const orders = Array.from({ length: 40 }, (_, index) => ({
  ...EXAMPLE_ORDER,
  Delivery_location_latitude: EXAMPLE_ORDER.Restaurant_latitude + index / 60,
}));
const singly = await Promise.all(
  orders.map(async (order) => ((await (await postOrder(url, order)).json()) as Row).estimated_delivery_minutes),
);
/** White space by which an array is too long to be parsed at once. */
const LONG = ' '.repeat(BULK_PARSED_AT_ONCE_BYTES);

t.test('each order of a batch gets the minutes that it gets alone, in their order, however they come', async (t) => {
  t.ok(new Set(singly).size > 5, `${new Set(singly).size} different answers`);
  for (const [body, type] of [
    [JSON.stringify(orders), 'application/json'],
    [JSON.stringify(orders, null, 2) + LONG, 'Application/JSON; charset=utf-8'],
    [orders.map((order) => JSON.stringify(order)).join('\n'), 'application/x-ndjson'],
    [`\r\n${orders.map((order) => `${JSON.stringify(order)}\r\n`).join(' \n')}\n`, 'application/jsonl'],
  ] as const) {
    const response = await postBatch(body, type);
    t.equal(response.status, 200);
    t.equal(response.headers.get('x-model-version'), '1');
    t.strictSame(told(await rowsOf(response)), singly, type);
  }
});

t.test('orders that are not written as most are get the same minutes, wherever they stand among others', async (t) => {
  const ways: ((order: object) => string)[] = [
    (order) => JSON.stringify(order),
    (order) => JSON.stringify({ ...order, note: 'more than is asked for' }),
    (order) => JSON.stringify({ ...order, ID: 'Zürich \\ "1"' }),
    (order) => JSON.stringify(Object.fromEntries(Object.entries(order).reverse())),
    (order) => JSON.stringify(order).replace('{', `{${' '.repeat(3_000)}`),
    (order) => `\t${JSON.stringify(order).replace(',', `,${' '.repeat(2_100)}`)}  `,
  ];
  for (let first = 0; first < ways.length; first++) {
    const texts = orders.map((order, index) => ways[(first + index) % ways.length]?.(order));
    for (const [body, type] of [
      [`[${texts.join()}]`, 'application/json'],
      [`[${texts.join()}]${LONG}`, 'application/json'],
      [texts.join('\n'), 'application/x-ndjson'],
    ] as const) {
      t.strictSame(told(await rowsOf(await postBatch(body, type))), singly, `${type}, way ${first} first`);
    }
  }
});

t.test('a wrong order costs only itself', async (t) => {
  const mixed = [...orders.slice(0, 3), { ...SHORTEST_ORDER, City: 7 }, null, 'x"]},{\\', [[]], ...orders.slice(3)];
  const wrong = Array(4).fill('order_invalid');
  const expected = [...singly.slice(0, 3), ...wrong, ...singly.slice(3)];
  for (const body of [JSON.stringify(mixed), LONG + JSON.stringify(mixed)]) {
    const rows = await rowsOf(await postBatch(body));
    t.strictSame(told(rows), expected);
    t.match(rows[3]?.problem?.errors, [{ path: '/City', given: '7' }]);
  }
  const lines = [
    JSON.stringify(orders[0]),
    '{"City":',
    '\xff',
    'x'.repeat(MAX_BODY_BYTES + 1),
    JSON.stringify(orders[1]),
  ];
  const rows = await rowsOf(await postBatch(Buffer.from(lines.join('\n'), 'latin1'), 'application/ndjson'));
  t.strictSame(told(rows), [singly[0], 'malformed_json', 'malformed_json', 'body_too_large', singly[1]]);
  const long = await rowsOf(await postBatch(`${LONG}[${ORDER_TEXT},"${'x'.repeat(MAX_BODY_BYTES)}"]`));
  t.strictSame([long[0]?.problem, long[1]?.problem?.code], [undefined, 'body_too_large']);
});

t.test('none at all is answered with none', async (t) => {
  for (const body of ['[]', ` [ ] ${LONG}`]) t.strictSame(await (await postBatch(body)).json(), { predictions: [] });
  for (const body of ['', '\n \n']) t.equal(await (await postBatch(body, 'application/x-ndjson')).text(), '');
});

t.test('what is no array of JSON is refused as a whole, long or short', async (t) => {
  const usual = JSON.stringify(EXAMPLE_ORDER);
  const behindUsual = ['', ',', ',,1]', '}', ']]', '] 2', ` ${usual}]`, `,${usual}`, `,${usual.slice(0, -1)}]`, ',+1]'];
  for (const body of [
    ...['', '[', '[1,]', '[,]', '[1,,2]', '[1]]', '[1}', '[1] 2', '[{]', '{"a":1', '["a]', '[+1]'],
    ...behindUsual.map((text) => `[${usual}${text}`),
  ]) {
    for (const text of [body, LONG + body]) {
      const response = await postBatch(text);
      const { code } = (await response.json()) as { code: string };
      if (body.startsWith('{') && text !== body) t.equal(code, 'order_invalid', body);
      else t.strictSame([response.status, code], [400, 'malformed_json'], body);
    }
  }
  t.match(await (await postBatch('{"a":1}')).json(), {
    code: 'order_invalid',
    errors: [{ path: '', given: '{"a":1}' }],
  });
  t.match(await (await postBatch(Buffer.from('["\xff"]', 'latin1'))).json(), { code: 'malformed_json' });
  t.match(await (await postBatch('[]', 'text/plain')).json(), { code: 'unsupported_media_type' });
});

t.test(
  'as many orders as a batch may have are taken; one more, or a body over the limit, is refused with 413',
  async (t) => {
    const most = `${'[]\n'.repeat(MAX_BULK_ROWS)}`;
    const response = await postBatch(most, 'application/x-ndjson');
    t.equal(response.status, 200);
    t.equal((await rowsOf(response)).length, MAX_BULK_ROWS);
    t.match(await (await postBatch(`${most}[]`, 'application/x-ndjson')).json(), {
      status: 413,
      detail: /10000 orders/,
    });
    for (const fill of [' ', 'x'.repeat(20)]) {
      const array = `[${Array(MAX_BULK_ROWS + 1)
        .fill(JSON.stringify(fill))
        .join()}]`;
      t.match(await (await postBatch(array)).json(), { status: 413, code: 'body_too_large' });
    }
    const client = await RawClient.open(url);
    const head = 'POST /predict/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
    await client.write(`${head}Content-Length: ${MAX_BULK_BYTES + 1}\r\n\r\n`);
    t.match(await client.answer(), { status: 413 });
  },
);

t.test('a long answer waits for a client that reads slowly, and the connection is kept', async (t) => {
  const { hostname, port } = new URL(url);
  const agent = new (await import('node:http')).Agent({ keepAlive: true, maxSockets: 1 });
  t.teardown(() => agent.destroy());
  const body = 'null\n'.repeat(MAX_BULK_ROWS);
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/x-ndjson', 'content-length': body.length };
      const asked = request(
        { hostname, port, path: '/predict/batch', method: 'POST', agent, headers },
        async (answer) => {
          let lines = 0;
          for await (const chunk of answer) {
            await nextTurn();
            lines += String(chunk).split('\n').length - 1;
          }
          resolve(lines);
        },
      );
      asked.once('error', reject).end(body);
    });
  t.strictSame([await ask(), await ask()], [MAX_BULK_ROWS, MAX_BULK_ROWS]);
});

t.test('a batch of 10,000 orders is answered whole, and single requests meanwhile', async (t) => {
  const body = `[${Array.from({ length: MAX_BULK_ROWS }, (_, row) => JSON.stringify(orders[row % orders.length])).join()}]`;
  let over = false;
  const batch = postBatch(body).then(async (response) => {
    over = true;
    return rowsOf(response);
  });
  let meanwhile = 0;
  while (!over) {
    t.equal((await postOrder(url, EXAMPLE_ORDER)).status, 200);
    meanwhile += 1;
  }
  t.ok(meanwhile > 1, `${meanwhile} single requests`);
  const rows = await batch;
  const wrong = rows.filter((row, index) => row.estimated_delivery_minutes !== singly[index % singly.length]);
  t.strictSame([rows.length, wrong.slice(0, 1)], [MAX_BULK_ROWS, []]);
});
