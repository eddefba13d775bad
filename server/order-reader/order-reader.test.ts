/** The reader of orders against JSON.parse: what it reads is the same to the last bit, and what it leaves is left whole. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { CATALOGUE, inputsOf } from '../../features/catalogue.js';
import { ORDER_FIELDS } from '../../features/order.js';
import { MAX_BODY_BYTES } from '../limits.js';
import { EXAMPLE_ORDER } from '../openapi/example-order.js';
import { readOrder, readOrderAt } from './order-reader.js';

const INPUTS = new Set<string>(inputsOf(CATALOGUE));

/** What JSON.parse reads of the fields of an order, with null for those that are absent; undefined where it throws. */
function parsed(text: string): Record<string, unknown> | undefined {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return Object.fromEntries(ORDER_FIELDS.map((name) => [name, value[name] ?? null]));
}

/** Whether it was read; it must then be what JSON.parse reads. */
function readsAsParsed(text: string): boolean {
  const read = readOrder(new TextEncoder().encode(text));
  if (read === undefined) return false;
  const expected = parsed(text);
  assert.ok(expected !== undefined, `${text} is no JSON, and was read`);
  for (const name of ORDER_FIELDS) {
    const isKept = INPUTS.has(name) || typeof expected[name] !== 'string';
    assert.ok(Object.is(read[name], isKept ? expected[name] : ''), `${name} of ${text}`);
  }
  return true;
}

t.test('an order as clients write it is read, in any sequence of its fields and with any spaces', async (t) => {
  const order = EXAMPLE_ORDER as Record<string, unknown>;
  t.ok(readsAsParsed(JSON.stringify(order)));
  t.ok(readsAsParsed(JSON.stringify(order, null, '\t')));
  t.ok(readsAsParsed(` ${JSON.stringify(order, null, 2).replaceAll('\n', '\r\n')}\n`));
  t.ok(readsAsParsed(JSON.stringify(Object.fromEntries(Object.entries(order).reverse()))));
  t.ok(readsAsParsed('{"City":"Urban"}'));
});

t.test('what is read once leaves nothing for the next', async (t) => {
  t.ok(readsAsParsed(JSON.stringify(EXAMPLE_ORDER)));
  t.ok(readsAsParsed('{"City":"Urban"}'));
  t.equal(readOrder(new TextEncoder().encode('{"City":"Urban"')), undefined);
  t.ok(readsAsParsed('{"Festival":null}'));
});

t.test('a word is remembered whatever becomes of the bytes that it was read from', async (t) => {
  // Words that begin alike take each other's place; the memory of a body is another's when it is answered.
  const memory = Buffer.alloc(64);
  for (const word of ['Urban', 'Urbane', 'Urbana', 'Urban', 'Urbana', 'Urb', 'Urbanized', 'Urbane']) {
    const text = `{"City":"${word}"}`;
    memory.fill(0).write(text);
    t.equal(readOrder(memory.subarray(0, text.length))?.City, word);
    memory.write(text.replace(word, word.replaceAll(/[a-z]/g, 'x')));
  }
});

t.test('a body that is cut off is not read on in the one before it', async (t) => {
  const whole = JSON.stringify(EXAMPLE_ORDER);
  for (let length = 0; length < whole.length; length++) {
    t.ok(readsAsParsed(whole));
    if (readsAsParsed(whole.slice(0, length))) t.fail(whole.slice(0, length));
  }
});

t.test('a body that is longer than there is room for is left to JSON.parse, and the next is read', async (t) => {
  const whole = JSON.stringify(EXAMPLE_ORDER);
  t.ok(readsAsParsed(whole.padEnd(65_536)));
  t.notOk(readsAsParsed(whole.padEnd(65_537)));
  t.ok(readsAsParsed(whole));
});

t.test('an order among others is read to its end, and one that is cut off or unusually long is not', async (t) => {
  const bytes = new TextEncoder().encode(`[{"City":"Urban"} ,\t{"City":"Metropolitian"}]{"City":"Ur`);
  const window = { start: 0, end: 0 };
  t.match(readOrderAt(bytes, 1, window), { order: { City: 'Urban' }, end: 18 });
  t.match(readOrderAt(bytes, 19, window), { order: { City: 'Metropolitian' }, end: 44 });
  for (const start of [0, 18, 45, bytes.length]) t.equal(readOrderAt(bytes, start, window), undefined);
  const spaced = (spaces: number) => new TextEncoder().encode(`{${' '.repeat(spaces)}"City":"Urban"}`);
  t.match(readOrderAt(spaced(1_000), 0, { start: 0, end: 0 }), { order: { City: 'Urban' }, end: 1_016 });
  t.equal(readOrderAt(spaced(MAX_BODY_BYTES), 0, { start: 0, end: 0 }), undefined);
});

t.test('orders of several long bodies are read in any turn, with single ones between them', async (t) => {
  const cities = Array.from({ length: 400 }, (_, index) => `City ${index}`);
  const bodies = ['A', 'B'].map((name) => {
    const texts = cities.map((city) => JSON.stringify({ City: `${name} ${city}`, ID: 'x'.repeat(700) }));
    return { name, bytes: new TextEncoder().encode(texts.join()), window: { start: 0, end: 0 }, at: 0 };
  });
  for (const city of cities) {
    for (const body of bodies) {
      const read = readOrderAt(body.bytes, body.at, body.window);
      t.equal(read?.order.City, `${body.name} ${city}`);
      body.at = (read?.end ?? 0) + 1;
    }
    if (Number(city.slice(5)) % 3 === 0) t.ok(readsAsParsed('{"City":"Urban"}'));
  }
});

t.test('what is not for it is left to JSON.parse', async (t) => {
  for (const text of [
    '',
    '{}',
    '[]',
    'null',
    '{"City":"Ur\\u0062an"}',
    '{"City":"Zürich"}',
    '{"City":"a\tb"}',
    '{"City":{}}',
    '{"City":true}',
    '{"city":"Urban"}',
    '{"City":"Urban","more":1}',
    '{"City":"Urban"}{}',
    '{"City":"Urban",}',
    '{"City" "Urban"}',
    '{"City":"Urban"',
    '{"City":"Urban',
    '{"City":nul}',
    '{"Delivery_person_Age":01}',
    '{"Delivery_person_Age":-}',
    '{"Delivery_person_Age":1.}',
    '{"Delivery_person_Age":.5}',
    '{"Delivery_person_Age":+1}',
    '{"Delivery_person_Age":1e3}',
    '{"Delivery_person_Age":1E3}',
    '{"Delivery_person_Age":0.1234567890123456}',
    '{"Delivery_person_Age":}',
  ]) {
    t.notOk(readsAsParsed(text), text);
  }
});

const RUNS = { seed: 20_220_212, numRuns: 2_000 } as const;
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.nat(999_999)).map(([whole, part]) => `${whole}.${part}`),
  fc.constantFrom('0', '-0', '-0.0', '0.0', '10', '999999999999999', '9999999999999999', '0.1', '00', '1.50'),
);
const text = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('a', 'B', ' ', '"', '\\', '\u007f', 'é'), maxLength: 30 }),
    fc.constantFrom('Urban', 'Jam', 'Metropolitian', 'x'.repeat(24), 'x'.repeat(25)),
  )
  .map((value) => JSON.stringify(value));
const space = fc.constantFrom('', '', '', ' ', '\n  ', '\t', '\r', '\v');
const key = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...ORDER_FIELDS) }, { weight: 1, arbitrary: fc.string() });
const member = fc
  .tuple(space, key, space, space, fc.oneof(number, text, fc.constant('null')), space)
  .map(([a, name, b, c, value, d]) => `${a}${JSON.stringify(name)}${b}:${c}${value}${d}`);
const body = fc.array(member, { minLength: 1, maxLength: 6 }).map((members) => `{${members.join(',')}}`);

t.test('whatever it reads of made-up bodies is what JSON.parse reads, repeated keys among them', async (t) => {
  let read = 0;
  fc.assert(
    fc.property(body, (given) => {
      if (readsAsParsed(given)) read += 1;
    }),
    RUNS,
  );
  t.ok(read > RUNS.numRuns / 20, `${read} were read`);
});

t.test('whatever it reads of bodies with a byte changed, lost or added is what JSON.parse reads', async () => {
  const whole = JSON.stringify(EXAMPLE_ORDER);
  fc.assert(
    fc.property(fc.nat(whole.length - 1), fc.nat(2), fc.string({ minLength: 1, maxLength: 1 }), (at, cut, by) => {
      readsAsParsed(whole.slice(0, at) + (cut === 2 ? '' : by) + whole.slice(at + (cut === 1 ? 0 : 1)));
    }),
    RUNS,
  );
});

t.test('a coordinate of any digits is the double that JSON.parse makes of it', async () => {
  const digits = fc.tuple(fc.nat(99), fc.nat(999_999_999), fc.nat(9)).map(([a, b, c]) => `${a}.${b}${c}`);
  fc.assert(
    fc.property(digits, (given) => {
      assert.ok(readsAsParsed(`{"Restaurant_latitude":${given}}`));
    }),
    RUNS,
  );
});
