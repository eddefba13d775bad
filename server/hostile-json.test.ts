/** Bodies that are made to do harm. See docs/http.md for what is promised. */
import t, { type Test } from 'tap';
import type { Problem } from './errors.js';
import { codeOf, HostileServer } from './fixtures/hostile-server.js';
import { type Answer, answersTo, ORDER, ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';
import { MAX_BODY_BYTES } from './limits.js';

const server = await HostileServer.start(t);

const send = async (body: string | Uint8Array): Promise<Answer | undefined> =>
  (await answersTo(server.url, post(body)))[0];

/** The order as JSON text, with `text` as the value of a field: such as no `JSON.stringify` would write. */
const orderWith = (field: string, text: string): string => `${ORDER_TEXT.slice(0, -1)},"${field}":${text}}`;

function minutesOf(t: Test, answer: Answer | undefined, message: string): number {
  t.equal(answer?.status, 200, message);
  const minutes = JSON.parse(answer?.body ?? '{}').estimated_delivery_minutes;
  t.ok(Number.isFinite(minutes) && minutes > 0 && minutes < 120, `${message}: ${minutes} minutes`);
  return minutes;
}

function faultsOf(t: Test, answer: Answer | undefined, message: string): [string, string][] {
  t.equal(answer?.status, 422, message);
  const problem: Problem = JSON.parse(answer?.body ?? '{}');
  return (problem.errors ?? []).map(({ path, given }) => [path, given]);
}

server.attack('keys of prototypes are keys like any other: unknown, and ignored', async (t) => {
  const plain = minutesOf(t, await send(ORDER_TEXT), 'without them');
  for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
    for (const value of ['1', 'null', '{"Delivery_person_Age":5}', '{"__proto__":{"City":7}}', '{"prototype":{}}']) {
      const answer = await send(orderWith(key, value));
      t.equal(minutesOf(t, answer, `${key}: ${value}`), plain);
    }
  }
  const inherited = await send(`{"__proto__":${ORDER_TEXT},"constructor":{"prototype":${ORDER_TEXT}}}`);
  t.same(
    faultsOf(t, inherited, 'coordinates that are only inherited are not there'),
    Object.keys(ORDER).map((field) => [`/${field}`, 'nothing']),
  );
  t.equal(minutesOf(t, await send(ORDER_TEXT), 'afterwards'), plain, 'and nothing of it stays');
});

server.attack('numbers at the ends of what a number can be are judged by their value', async (t) => {
  const right = [
    ['Delivery_person_Age', '1e308'],
    ['Delivery_person_Age', '18.000000000000000000000000000000000001'],
    ['Time_Orderd', '-0'],
    ['Time_Orderd', '5e-324'],
    ['Time_Orderd', '1e-400'],
    ['Vehicle_condition', '-0.0'],
    ['Vehicle_condition', '1e308'],
    ['multiple_deliveries', '9'.repeat(300)],
  ] as const;
  for (const [field, text] of right) minutesOf(t, await send(orderWith(field, text)), `${field}: ${text}`);
  const wrong = [
    ['Delivery_person_Age', '5e-324', '5e-324'],
    ['Delivery_person_Age', '-0', '0'],
    ['Delivery_person_Ratings', '-1e308', '-1e+308'],
    ['Time_Orderd', '1.0000000000000002', '1.0000000000000002'],
    ['Vehicle_condition', '5e-324', '5e-324'],
    ['Vehicle_condition', '[1e400]', '[Infinity]'],
    // Too large to be a number: not null, which would be allowed.
    ['Delivery_person_Age', '1e400', 'Infinity'],
    ['Delivery_person_Age', '9'.repeat(400), 'Infinity'],
    ['multiple_deliveries', '-1e400', '-Infinity'],
  ] as const;
  for (const [field, text, given] of wrong) {
    t.same(faultsOf(t, await send(orderWith(field, text)), `${field}: ${text}`), [[`/${field}`, given]]);
  }
});

server.attack('words for numbers that JSON does not have are no JSON', async (t) => {
  for (const text of ['NaN', 'Infinity', '-Infinity', '+1', '0x10', '01', '1.', '.5', '1e', '1_000', 'undefined']) {
    t.equal(codeOf(await send(orderWith('Delivery_person_Age', text))), 'malformed_json', text);
  }
});

server.attack('nesting as deep as a body allows is refused as the wrong field that it is', async (t) => {
  const room = MAX_BODY_BYTES - orderWith('City', '').length;
  const arrays = Math.floor(room / 2);
  const answer = await send(orderWith('City', '['.repeat(arrays) + ']'.repeat(arrays)));
  t.same(faultsOf(t, answer, `${arrays} arrays`), [['/City', '[[[[…]]]]']]);
  const objects = Math.floor((room - 1) / 6);
  const nested = await send(orderWith('City', `${'{"a":'.repeat(objects)}1${'}'.repeat(objects)}`));
  t.same(faultsOf(t, nested, `${objects} objects`), [['/City', '{"a":{"a":{"a":{…}}}}']]);
  minutesOf(
    t,
    await send(orderWith('surprise', '['.repeat(arrays - 5) + ']'.repeat(arrays - 5))),
    'where it is ignored',
  );
  for (const body of ['['.repeat(MAX_BODY_BYTES), '{"a":'.repeat(3_000), '['.repeat(8_192) + ']'.repeat(8_191)]) {
    t.equal(codeOf(await send(body)), 'malformed_json', 'and is no JSON where it is not closed');
  }
  const whole = await send('['.repeat(8_192) + ']'.repeat(8_192));
  t.same(faultsOf(t, whole, 'as the whole body'), [['', '[[[[…]]]]']]);
});

server.attack('bytes that are no UTF-8 are refused, wherever they stand', async (t) => {
  const wrong = {
    'overlong /': [0xc0, 0xaf],
    'overlong NUL': [0xe0, 0x80, 0x80],
    'a surrogate as three bytes': [0xed, 0xa0, 0x80],
    'beyond the last character': [0xf4, 0x90, 0x80, 0x80],
    'cut off': [0xf0, 0x9f, 0x8d],
    'a continuation alone': [0x80],
    'never a byte of UTF-8': [0xff],
  };
  for (const [name, bytes] of Object.entries(wrong)) {
    for (const [before, after] of [
      [orderWith('City', '"').slice(0, -1), '"}'],
      [`${ORDER_TEXT.slice(0, -1)},"`, '":1}'],
      [ORDER_TEXT, ''],
    ]) {
      const body = Buffer.concat([Buffer.from(before ?? ''), Buffer.from(bytes), Buffer.from(after ?? '')]);
      const answer = await send(body);
      t.same([answer?.status, codeOf(answer)], [400, 'malformed_json'], name);
      t.match(answer?.body, /not UTF-8/);
    }
  }
  t.equal(codeOf(await send(`\ufeff${ORDER_TEXT}`)), 'malformed_json', 'a byte order mark is no JSON');
});

server.attack('half of a character as an escape is a string like any other, in a value and in an answer', async (t) => {
  for (const escaped of ['\\ud800', '\\udc00', '\\ud800\\ud800', 'x\\u0000', '\\uffff']) {
    minutesOf(t, await send(orderWith('City', `"${escaped}"`)), escaped);
    const answer = await send(orderWith('Order_Date', `"${escaped}"`));
    t.same(faultsOf(t, answer, escaped), [['/Order_Date', JSON.stringify(JSON.parse(`"${escaped}"`))]]);
  }
  const cut = faultsOf(t, await send(orderWith('Order_Date', `"${'x'.repeat(78)}🍛🍛"`)), 'cut within a character');
  t.equal(cut.length, 1);
});

server.attack('of a key that is there twice the last counts', async (t) => {
  minutesOf(t, await send(`{"Restaurant_latitude":"no",${ORDER_TEXT.slice(1)}`), 'the last is right');
  const answer = await send(orderWith('Restaurant_latitude', '"no"'));
  t.same(faultsOf(t, answer, 'the last is wrong'), [['/Restaurant_latitude', '"no"']]);
});

server.attack('a body with more keys than any order is an order all the same', async (t) => {
  const keys = Array.from({ length: 1_500 }, (_, number) => `"k${number}":0`).join(',');
  minutesOf(t, await send(`${ORDER_TEXT.slice(0, -1)},${keys}}`), '1,500 unknown keys');
});

server.attack('an answer does not repeat more of a body than a person reads', async (t) => {
  const answer = await send(orderWith('Order_Date', `"${'x'.repeat(10_000)}"`));
  t.equal(answer?.status, 422);
  t.ok((answer?.body.length ?? 0) < 1_000, `${answer?.body.length} characters`);
});

server.attack('a body in a thousand pieces is one body', async (t) => {
  const body = orderWith('City', `"${'Orléans 東京 🍛 '.repeat(100)}"`);
  const bytes = post(body);
  const client = await RawClient.open(server.url);
  const headEnd = bytes.indexOf('\r\n\r\n') + 4;
  await client.write(bytes.subarray(0, headEnd));
  const size = Math.ceil((bytes.length - headEnd) / 1_000);
  for (let at = headEnd; at < bytes.length; at += size) await client.write(bytes.subarray(at, at + size));
  minutesOf(t, await client.answer(), 'in a thousand pieces');
  client.destroy();
});
