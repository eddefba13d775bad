/**
 * Whether a body is an order is asked of three that share no code:
 *
 * - the check that serves, compiled by TypeBox 1 from `features/order.ts`;
 * - @sinclair/typebox 0.34 over the same schema, rebuilt: finds what the compiler of the first gets wrong;
 * - Ajv, strict, over the API document of a real server: finds that as well, and what the document says otherwise than
 *   the schema does.
 *
 * A rule that is wrong in `features/order.ts` itself is the same for all three. That is found where the making of a body
 * tells whether it is an order, and by `features/order.test.ts`.
 */

import assert from 'node:assert/strict';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import fc from 'fast-check';
import t from 'tap';
import { ORDER_FIELDS, Order } from '../features/order.js';
import { DocumentJudge, fetchApiDocument } from '../testing/api-document.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { type Body, generatedBody } from './fixtures/generated-bodies.js';
import { type JsonSchema, rebuild } from './fixtures/rebuilt-schema.js';
import { fieldFaults, isOrder } from './validation.js';

const SEED = 20_220_212;

const { url } = await startTestServer(t);
const rebuilt = TypeCompiler.Compile(rebuild(JSON.parse(JSON.stringify(Order)) as JsonSchema));
const published = new DocumentJudge(await fetchApiDocument(url)).schemaAt('components', 'schemas', 'Order');

/** What all judges say; throws where they do not say the same, or it is not what is known of the body. */
function judge({ text, isOrder: known, wrong }: Body): boolean {
  const value: unknown = JSON.parse(text);
  const verdicts = { served: isOrder(value), rebuilt: rebuilt.Check(value), published: published(value) };
  const agreed = known ?? verdicts.served;
  assert.deepEqual(verdicts, { served: agreed, rebuilt: agreed, published: agreed }, text);
  const faults = fieldFaults(value);
  assert.equal(faults.length === 0, verdicts.served, `${text}: ${JSON.stringify(faults)}`);
  if (wrong !== undefined)
    assert.deepEqual(
      faults.map(({ path }) => path),
      [`/${wrong}`],
      text,
    );
  return verdicts.served;
}

t.test('three judges agree on every body, and with what is known of it', async (t) => {
  const counts = { orders: 0, others: 0, wrong: new Map<string, number>() };
  const property = fc.property(generatedBody, (body) => {
    if (judge(body)) counts.orders += 1;
    else counts.others += 1;
    for (const { path } of fieldFaults(JSON.parse(body.text))) {
      counts.wrong.set(path, (counts.wrong.get(path) ?? 0) + 1);
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 8_000 });
  t.ok(counts.orders > 2_000 && counts.others > 2_000, `${counts.orders} orders, ${counts.others} others`);
  for (const field of ORDER_FIELDS) t.ok((counts.wrong.get(`/${field}`) ?? 0) > 50, `${field} was wrong now and then`);
});

t.test('the server answers a body as the judges judge it', async (t) => {
  const bodies = fc.sample(generatedBody, { seed: SEED, numRuns: 600 });
  const counts = { 200: 0, 422: 0 };
  for (const body of bodies) {
    const expected = judge(body) ? 200 : 422;
    const answer = await postOrder(url, body.text);
    const told = await answer.text();
    if (answer.status !== expected) t.equal(answer.status, expected, `${body.text}: ${told}`);
    counts[expected] += 1;
  }
  t.ok(counts[200] > 100 && counts[422] > 100, JSON.stringify(counts));
});

t.test('a keyword that the rebuilding judge does not know is an error', async (t) => {
  t.throws(() => rebuild({ type: 'number', multipleOf: 2 } as JsonSchema), { message: /multipleOf/ });
  t.throws(() => rebuild({ type: 'object', properties: { x: { type: 'array' } } }), { message: /'array'/ });
});
