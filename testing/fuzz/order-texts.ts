/** Bodies as fast-check makes them up: orders, orders with wrong fields, and JSON that is nearly JSON. */
import fc from 'fast-check';
import { generatedOrder } from '../../features/fixtures/generated-orders.js';
import { ORDER_FIELDS } from '../../features/order.js';
import { mutated } from './mutations.js';

/** Values that a field may be given, as JSON text: such too as no `JSON.stringify` writes. */
const VALUES = [
  'null',
  'true',
  '0',
  '-0',
  '1',
  '5',
  '5.1',
  '18',
  '17.9',
  '38.0001',
  '98',
  '1e308',
  '1e400',
  '-1e400',
  '5e-324',
  '1e-400',
  '9'.repeat(400),
  '1.5',
  '2147483648',
  '""',
  '"12"',
  '"NaN"',
  '"24:00"',
  '"23:59:60"',
  '"23:59:59"',
  '"0.5"',
  '"1.0"',
  '"1.01"',
  '"29-02-2023"',
  '"29-02-2024"',
  '"31-04-2022"',
  '"1-1-2022"',
  '"\\ud800"',
  '"\\u0000"',
  '"__proto__"',
  '[]',
  '[[]]',
  '{}',
  '{"__proto__":{}}',
  '"é"',
  '"🍛"',
  `"${'x'.repeat(500)}"`,
  '[1e999]',
  `${'['.repeat(2_000)}${']'.repeat(2_000)}`,
] as const;
const KEYS = [...ORDER_FIELDS, '__proto__', 'constructor', 'prototype', 'toString', '', 'id', '\\u0049D', 'surprise'];
const JSON_WORDS = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u',
  '\\ud800',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-',
  '+',
  '.',
  'e',
  'E9',
  '0',
  '00',
  '1e999',
  ' ',
  '\n',
  '\t',
  '\0',
  '\ufeff',
  '\u2028',
  '//',
  '/*',
  "'",
  'é',
  '🍛',
  '"__proto__":',
  '{}',
  '""',
] as const;

/** Made once: making one up anew costs more than the server takes to answer it. */
const ORDERS = fc.sample(generatedOrder(), { seed: 1, numRuns: 2_000 });
const order = fc.constantFrom(...ORDERS);
const rightOrder = fc.constantFrom(...ORDERS.map((right) => JSON.stringify(right)));
const JSON_TEXTS = fc.sample(fc.json({ maxDepth: 2 }), { seed: 1, numRuns: 2_000 });
const value = fc.oneof(fc.constantFrom(...VALUES), fc.constantFrom(...JSON_TEXTS));

/** A right order with fields put behind its own, which they override: of a key that is there twice the last counts. */
const changedOrder = fc
  .tuple(
    rightOrder,
    fc.array(fc.tuple(fc.constantFrom(...KEYS), value), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', ' ', '\r\n\t'),
  )
  .map(([right, fields, space]) => {
    const more = fields.map(([key, text]) => `${space}"${key}"${space}:${text}`).join(',');
    return `${right.slice(0, -1)},${more}${space}}`;
  });

const incompleteOrder = fc
  .tuple(order, fc.array(fc.constantFrom(...ORDER_FIELDS), { minLength: 1, maxLength: 9 }))
  .map(([right, without]) =>
    JSON.stringify(right, (key, field: unknown) => (without.some((name) => name === key) ? undefined : field)),
  );

const longText = fc
  .tuple(rightOrder, fc.integer({ min: 15_000, max: 17_500 }))
  .map(([text, length]) => text.padEnd(length));

export const bodyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: rightOrder },
  { weight: 4, arbitrary: changedOrder },
  { weight: 1, arbitrary: incompleteOrder },
  { weight: 4, arbitrary: mutated(fc.oneof(rightOrder, changedOrder), JSON_WORDS) },
  { weight: 1, arbitrary: fc.constantFrom(...JSON_TEXTS) },
  { weight: 1, arbitrary: longText },
);

/** A text as UTF-8 (in Latin-1), sometimes with a few bytes that are none. */
export const bodyBytes: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: bodyText.map((text) => Buffer.from(text).toString('latin1')) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(bodyText, fc.uint8Array({ minLength: 1, maxLength: 4 }), fc.nat())
      .map(([text, bytes, place]) => {
        const all = Buffer.from(text);
        const at = place % (all.length + 1);
        return Buffer.concat([all.subarray(0, at), bytes, all.subarray(at)]).toString('latin1');
      }),
  },
);
