import { connect } from 'node:net';
import t, { type Test } from 'tap';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { ERRORS, type ErrorCode, type Problem } from './errors.js';
import { MAX_BODY_BYTES } from './limits.js';

const ORDER = {
  Restaurant_latitude: 12.9,
  Restaurant_longitude: 77.6,
  Delivery_location_latitude: 13,
  Delivery_location_longitude: 77.7,
};

async function problemOf(t: Test, response: Response, code: ErrorCode): Promise<Problem> {
  const problem = (await response.json()) as Problem;
  const { status, title } = ERRORS[code];
  t.equal(response.status, status);
  t.equal(response.headers.get('content-type'), 'application/problem+json');
  t.match(problem, { type: `urn:food-delivery-time:problem:${code}`, status, title, code, detail: /\S/ });
  return problem;
}

const { url } = await startTestServer(t);

t.test('every wrong field is named, with what was given and what is allowed', async (t) => {
  const wrong = {
    ...ORDER,
    Restaurant_latitude: 5.9,
    Restaurant_longitude: undefined,
    Delivery_person_Age: '36',
    Delivery_person_Ratings: 6,
    Order_Date: '31-02-2022',
    Time_Orderd: '24:00',
    Vehicle_condition: 1.5,
    City: 7,
  };
  const problem = await problemOf(t, await postOrder(url, wrong), 'order_invalid');
  t.same(
    problem.errors?.map(({ path, given }) => [path, given]),
    [
      ['/Delivery_person_Age', '"36"'],
      ['/Delivery_person_Ratings', '6'],
      ['/Restaurant_latitude', '5.9'],
      ['/Restaurant_longitude', 'nothing'],
      ['/Order_Date', '"31-02-2022"'],
      ['/Time_Orderd', '"24:00"'],
      ['/Vehicle_condition', '1.5'],
      ['/City', '7'],
    ],
  );
  t.match(problem.errors?.[2], { allowed: 'a number of degrees from 6 to 38' });
});

t.test('a body that is no object is told so', async (t) => {
  for (const body of ['[]', 'null', '3', '"order"']) {
    const problem = await problemOf(t, await postOrder(url, body), 'order_invalid');
    t.same(
      problem.errors?.map(({ path, given }) => ({ path, given })),
      [{ path: '', given: body }],
    );
  }
});

t.test('a body that is no JSON, or no UTF-8, is refused with 400', async (t) => {
  for (const body of ['', '{', '{"City":NaN}', "{'City':1}"])
    await problemOf(t, await postOrder(url, body), 'malformed_json');
  const latin1 = new Uint8Array([...Buffer.from('{"City":"'), 0xe9, ...Buffer.from('"}')]);
  const response = await fetch(`${url}/predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: latin1,
  });
  await problemOf(t, response, 'malformed_json');
});

t.test('a body over the limit is refused with 413, whether its length was told or not', async (t) => {
  const filler = 'x'.repeat(MAX_BODY_BYTES - JSON.stringify({ ...ORDER, ID: '' }).length);
  t.equal((await postOrder(url, { ...ORDER, ID: filler })).status, 200, 'just within the limit');
  await problemOf(t, await postOrder(url, { ...ORDER, ID: `${filler}x` }), 'body_too_large');
  const chunks = new ReadableStream({
    start(controller) {
      for (let sent = 0; sent <= MAX_BODY_BYTES; sent += 1024) controller.enqueue(Buffer.alloc(1024, 'x'));
      controller.close();
    },
  });
  const chunked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: chunks, duplex: 'half' };
  await problemOf(t, await fetch(`${url}/predict`, chunked as RequestInit), 'body_too_large');
});

t.test('another media type is refused with 415; parameters and case do not count', async (t) => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
    await problemOf(t, await postOrder(url, ORDER, { 'content-type': type }), 'unsupported_media_type');
  }
  for (const type of ['application/json; charset=utf-8', 'Application/JSON']) {
    t.equal((await postOrder(url, ORDER, { 'content-type': type })).status, 200);
  }
});

t.test('an unknown path is 404 and a wrong method 405 with what is allowed', async (t) => {
  for (const path of ['/statu', '/predic', '/predict/1', '/health/x'])
    await problemOf(t, await fetch(`${url}${path}`), 'not_found');
  for (const [path, method, allowed] of [
    ['/predict', 'GET', 'POST'],
    ['/predict', 'DELETE', 'POST'],
    ['/health', 'POST', 'GET, HEAD'],
    ['/model-info', 'PUT', 'GET, HEAD'],
  ] as const) {
    const response = await fetch(`${url}${path}`, { method });
    t.equal(response.headers.get('allow'), allowed);
    await problemOf(t, response, 'method_not_allowed');
  }
});

t.test('a body in many pieces is put together, also where a piece ends within a character', async (t) => {
  const body = Buffer.from(JSON.stringify({ ...ORDER, City: 'Orléans 東京' }));
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.setNoDelay(true);
  const write = (part: Uint8Array | string) => new Promise<void>((resolve) => socket.write(part, () => resolve()));
  await write(
    `POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  for (const byte of body) await write(Uint8Array.of(byte));
  const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
  socket.destroy();
  t.match(answer, /^HTTP\/1\.1 200 OK/);
  t.match(answer, /estimated_delivery_minutes/);
});
