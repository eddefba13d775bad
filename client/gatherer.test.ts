/** How single calls share requests: when they leave, and that each gets what it would have got alone. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { FIXED, generatedOrder } from '../features/fixtures/generated-orders.js';
import { SHORTEST_ORDER } from '../server/openapi/example-order.js';
import { clientOf } from '../testing/test-client.js';
import { startTestServer } from '../testing/test-server.js';
import { Budget } from './budget.js';
import { HeldClock } from './fixtures/held-clock.js';
import { type Answer, answer, estimate, problem, startScriptedServer } from './fixtures/scripted-server.js';
import { Gatherer } from './gatherer.js';
import { FoodEtaClient, type GatherOptions, type Order, type ProblemError } from './index.js';
import { BACKOFF_MS, BATCH_MAX_BYTES } from './limits.js';
import { inPieces } from './orders.js';

/** As the server answers a batch. */
function estimates(...minutes: readonly (number | null)[]): string {
  const wrong = { title: 'Scripted', status: 422, code: 'order_invalid', detail: 'No.' };
  const predictions = minutes.map((one) => (one === null ? { problem: wrong } : { estimated_delivery_minutes: one }));
  return answer(200, JSON.stringify({ predictions }), { 'x-model-version': '3' });
}

async function scripted(t: Test, script: (Answer | Promise<Answer>)[], gather: GatherOptions = {}) {
  const server = await startScriptedServer(t, ...script);
  const clock = new HeldClock();
  const client = new FoodEtaClient({ baseUrl: server.url, gather }, clock);
  t.teardown(() => client.close());
  /** Asks for an order that is told apart by its ID. */
  const ask = (ID: string, signal?: AbortSignal) => client.predict({ ...SHORTEST_ORDER, ID }, { signal });
  /** By request, the IDs of its orders; of one that is alone, with the path of single ones. */
  const asked = () =>
    server.seen.map(({ head, body }) => {
      const orders: Order | Order[] = JSON.parse(body);
      const ids = [orders].flat().map(({ ID }) => ID);
      return `${/ (\S+) /.exec(head)?.[1]} ${ids.join(' ')}`;
    });
  return { server, clock, client, ask, asked };
}
const minutesOf = async (calls: readonly ReturnType<FoodEtaClient['predict']>[]) =>
  (await Promise.all(calls)).map(({ minutes }) => minutes);

t.test('an order that is alone leaves at the end of the turn, as a single one, without a timer', async (t) => {
  const { server, clock, ask, asked } = await scripted(t, ['silence']);
  const call = ask('a');
  await server.whenSeen(1);
  t.strictSame(clock.due, [1_000], 'of its time alone');
  t.strictSame(asked(), ['/predict a']);
  clock.pass(1_000);
  await t.rejects(call, { code: 'timeout' });
});

t.test('orders of one turn share a request', async (t) => {
  const { ask, asked } = await scripted(t, [estimates(1, 2, 3)]);
  const calls = [ask('a'), ask('b')];
  await Promise.resolve();
  calls.push(ask('c'));
  t.strictSame(await minutesOf(calls), [1, 2, 3]);
  t.strictSame(asked(), ['/predict/batch a b c']);
});

t.test('while a request is on its way the next grows, and leaves when that comes back', async (t) => {
  const { server, ask, asked } = await scripted(t, [estimate(1), estimates(2, 3)]);
  const first = ask('a');
  await nextTurn();
  const calls = [first, ask('b')];
  await nextTurn();
  calls.push(ask('c'));
  t.equal(server.seen.length <= 1, true);
  t.strictSame(await minutesOf(calls), [1, 2, 3]);
  t.strictSame(asked(), ['/predict a', '/predict/batch b c']);
});

t.test('it waits no longer than it may, and not when it is full', async (t) => {
  const { server, clock, ask, asked } = await scripted(
    t,
    ['silence', estimates(2, 3), estimates(4, 5, 6), estimate(7)],
    {
      maxRows: 3,
      maxWaitMs: 5,
    },
  );
  const first = ask('a');
  await server.whenSeen(1);
  const second = [ask('b'), ask('c')];
  t.strictSame(clock.due.slice(0, 1), [5], 'one timer, of the first');
  clock.pass(4);
  await nextTurn();
  t.equal(server.seen.length, 1);
  clock.pass(1);
  t.strictSame(await minutesOf(second), [2, 3]);
  const third = [ask('d'), ask('e'), ask('f'), ask('g')];
  t.strictSame(await minutesOf(third), [4, 5, 6, 7]);
  // The last one leaves when those before it are answered, whose request no longer waits for it.
  t.strictSame(asked(), ['/predict a', '/predict/batch b c', '/predict/batch d e f', '/predict g']);
  clock.pass(1_000);
  await t.rejects(first, { code: 'timeout' });
});

t.test('a wrong order, and a caller that leaves, cost nobody else', async (t) => {
  const { server, ask, asked } = await scripted(t, ['silence', estimates(2, null, 4)]);
  const callers = Array.from({ length: 2 }, () => new AbortController());
  const first = ask('a', callers[0]?.signal);
  await server.whenSeen(1);
  const [b, gone, wrong, d] = [ask('b'), ask('x', callers[1]?.signal), ask('c'), ask('d')];
  callers[1]?.abort();
  await t.rejects(gone, { code: 'aborted' });
  t.equal(server.open, 1);
  callers[0]?.abort();
  await t.rejects(first, { code: 'aborted' });
  await t.rejects(wrong, { code: 'order_invalid', status: 422 });
  t.strictSame(await minutesOf([b, d]), [2, 4]);
  t.strictSame(asked(), ['/predict a', '/predict/batch b c d'], 'who left before is not asked for');
});

t.test('a request that somebody waits for goes on when others leave; one that nobody does is given up', async (t) => {
  let answerNow = (_: Answer): void => undefined;
  const promised = new Promise<Answer>((resolve) => {
    answerNow = resolve;
  });
  const { server, ask, clock } = await scripted(t, [promised, 'silence']);
  const callers = Array.from({ length: 3 }, () => new AbortController());
  const [gone, stays] = [ask('a', callers[0]?.signal), ask('b')];
  await server.whenSeen(1);
  callers[0]?.abort();
  await t.rejects(gone, { code: 'aborted' });
  answerNow(estimates(1, 2));
  t.match(await stays, { minutes: 2 });

  const left = [ask('c', callers[1]?.signal), ask('d', callers[2]?.signal)];
  await server.whenSeen(2);
  callers[1]?.abort();
  callers[2]?.abort();
  for (const call of left) await t.rejects(call, { code: 'aborted' });
  while (server.open > 0) await nextTurn();
  t.strictSame(clock.due, []);
});

t.test('a request that is refused is tried again for each of its orders, within the time that each has', async (t) => {
  const refused = problem('overloaded', 429, { 'retry-after': '2' });
  const { server, clock, client } = await scripted(t, [refused, estimates(1, 2)]);
  const calls = [900, 5_000, 4_000].map((timeoutMs) => client.predict(SHORTEST_ORDER, { timeoutMs }));
  await t.rejects(minutesOf(calls.slice(0, 1)), { code: 'overloaded', retryAfterMs: 2_000 });
  await clock.whenSet(4);
  clock.pass(2_000);
  t.strictSame(await minutesOf(calls.slice(1)), [1, 2]);
  const told = server.seen.map(({ head }) => /x-request-timeout-ms: (\d+)/.exec(head)?.[1]);
  t.strictSame(told, ['5000', '3000'], 'the longest time of those who wait');
});

t.test(
  'of a shared request an order whose worker failed is tried again, and one that was too many is not',
  async (t) => {
    const refused = (code: string, status: number) => ({ problem: { title: 'Scripted', status, code, detail: 'No.' } });
    const predictions = [
      refused('prediction_failed', 503),
      refused('overloaded', 429),
      { estimated_delivery_minutes: 3 },
    ];
    const shared = answer(200, JSON.stringify({ predictions }), { 'x-model-version': '3' });
    const { clock, ask, asked } = await scripted(t, [shared, estimate(1)]);
    const [failed, tooMany, good] = [ask('a'), ask('b'), ask('c')];
    await t.rejects(tooMany, { code: 'overloaded', status: 429 });
    t.match(await good, { minutes: 3 });
    await clock.whenSet(2);
    clock.pass(BACKOFF_MS);
    t.match(await failed, { minutes: 1 });
    t.strictSame(asked(), ['/predict/batch a b c', '/predict a']);
  },
);

t.test('no request is longer than the server takes it', async (t) => {
  const clock = new HeldClock();
  const long = 'x'.repeat(BATCH_MAX_BYTES / 4 - 1);
  const sizes: number[] = [];
  const gatherer = new Gatherer(
    { maxRows: 10_000, maxWaitMs: 1 },
    async (orders) => {
      sizes.push(Buffer.byteLength(`[${orders.join()}]`));
      return orders.map(() => ({ status: 'fulfilled', value: { minutes: 1, modelVersion: 1 } }));
    },
    clock,
  );
  await Promise.all(Array.from({ length: 7 }, () => gatherer.predict(long, new Budget(clock, 1_000))));
  t.strictSame(
    sizes.map((size) => size <= BATCH_MAX_BYTES),
    [true, true, true],
  );
  const pieces = [...inPieces(Array.from({ length: 7 }, () => long))];
  t.strictSame(
    pieces.map(({ length }) => length),
    [3, 3, 1],
  );
});

t.test('gathered or alone, and whenever they come, orders get the same: right ones and wrong ones', async (t) => {
  const { url } = await startTestServer(t);
  const alone = clientOf(t, url);
  const wrong = fc.constantFrom<unknown>({}, null, 'an order', 7, [SHORTEST_ORDER], { ...SHORTEST_ORDER, City: 1 });
  const call = fc.record({
    order: fc.oneof({ weight: 3, arbitrary: generatedOrder() }, { weight: 1, arbitrary: wrong as fc.Arbitrary<Order> }),
    /** Turns of the event loop before the call. */
    turns: fc.nat(3),
  });
  const told = (client: FoodEtaClient, order: Order) =>
    client.predict(order).then(
      ({ minutes, modelVersion }) => ({ minutes, modelVersion }),
      ({ code, status, errors }: ProblemError) => ({ code, status, errors }),
    );
  const property = fc.asyncProperty(
    fc.array(call, { minLength: 1, maxLength: 24 }),
    fc.integer({ min: 1, max: 8 }),
    fc.nat(2),
    async (calls, maxRows, maxWaitMs) => {
      const client = new FoodEtaClient({ baseUrl: url, gather: { maxRows, maxWaitMs }, timeoutMs: 20_000 });
      const gathered = calls.map(async ({ order, turns }) => {
        for (let turn = 0; turn < turns; turn++) await nextTurn();
        return told(client, order);
      });
      const answers = await Promise.all(gathered);
      await client.close();
      t.strictSame(answers, await Promise.all(calls.map(({ order }) => told(alone, order))));
    },
  );
  await fc.assert(property, { ...FIXED, numRuns: 40 });
});
