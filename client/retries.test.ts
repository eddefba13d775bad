/** Which failures are tried again, when, and what is told of those that are not: by a scripted server and a held clock. */
import t, { type Test } from 'tap';
import { unusedAddress } from '../testing/fault-proxy.js';
import { clientOf } from '../testing/test-client.js';
import { HeldClock } from './fixtures/held-clock.js';
import { type Answer, answer, estimate, problem, startScriptedServer } from './fixtures/scripted-server.js';
import {
  AbortError,
  type ClientOptions,
  FoodEtaClient,
  ProblemError,
  TimeoutError,
  UnexpectedAnswerError,
  UnreachableError,
} from './index.js';
import { BACKOFF_MS, JITTER_SHARE } from './limits.js';
import { retryAfterMs } from './retry-after.js';

const ORDER = {
  Restaurant_latitude: 12.9,
  Restaurant_longitude: 77.6,
  Delivery_location_latitude: 13,
  Delivery_location_longitude: 77.7,
};
const GIVEN = { minutes: 20.5, modelVersion: 3 };

/** A client with a clock that stands still, of a server that answers by the script. */
async function scripted(t: Test, script: Answer[], options: Partial<ClientOptions> = {}) {
  const server = await startScriptedServer(t, ...script);
  const clock = new HeldClock();
  const client = new FoodEtaClient({ baseUrl: server.url, gather: false, ...options }, clock);
  t.teardown(() => client.close());
  return { server, clock, client };
}

const toldTimeouts = (seen: readonly { readonly head: string }[]) =>
  seen.map(({ head }) => Number(/^x-request-timeout-ms: (\d+)$/m.exec(head.replaceAll('\r', ''))?.[1]));

t.test('Retry-After is seconds or a date, of which any form is understood and nothing else', async (t) => {
  const nowMs = Date.parse('2026-11-27T06:00:00Z');
  for (const [header, expected] of [
    ['0', 0],
    ['7', 7_000],
    ['Fri, 27 Nov 2026 06:00:09 GMT', 9_000],
    ['Friday, 27-Nov-26 06:00:09 GMT', 9_000],
    ['Fri Nov 27 06:00:09 2026 GMT', 9_000],
    ['Fri, 27 Nov 2026 05:00:00 GMT', 0],
    ['-1', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['2026-11-27', undefined],
    ['', undefined],
    [undefined, undefined],
  ] as const) {
    t.equal(retryAfterMs(header, nowMs), expected, String(header));
  }
});

t.test('a refusal is tried again when the server says, with what is left of the time', async (t) => {
  const refused = problem('overloaded', 429, { 'retry-after': '2' });
  const { server, clock, client } = await scripted(t, [refused, estimate(20.5)], { timeoutMs: 5_000 });
  clock.chance = 0.5;
  const call = client.predict(ORDER);
  await clock.whenSet(2);
  t.strictSame(clock.due, [2_000 * (1 + 0.5 * JITTER_SHARE), 5_000], 'a little later than asked, by chance');
  clock.pass(2_499);
  t.equal(server.seen.length, 1, 'not before');
  clock.pass(1);
  t.strictSame(await call, GIVEN);
  t.strictSame(toldTimeouts(server.seen), [5_000, 2_500]);
  t.strictSame(clock.due, [], 'no timer is left');
});

t.test('a date is waited for as well', async (t) => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  const refused = problem('model_unavailable', 503, { 'retry-after': date });
  const { clock, client } = await scripted(t, [refused, estimate(20.5)], { timeoutMs: 100_000 });
  const call = client.predict(ORDER);
  await clock.whenSet(2);
  const [pauseMs = 0] = clock.due;
  t.ok(pauseMs > 30_000 && pauseMs <= 60_000, `${pauseMs} ms`);
  clock.pass(pauseMs);
  t.strictSame(await call, GIVEN);
});

t.test('what does not fit into the time is told at once, with when to come back', async (t) => {
  const { server, clock, client } = await scripted(t, [problem('overloaded', 429, { 'retry-after': '2' })]);
  for (const timeoutMs of [1_000, 2_000]) {
    const error = await client.predict(ORDER, { timeoutMs }).catch((caught: unknown) => caught);
    t.ok(error instanceof ProblemError);
    t.match(error, { code: 'overloaded', status: 429, retryAfterMs: 2_000, repeatable: true });
  }
  t.equal(server.seen.length, 2);
  t.strictSame(clock.due, []);
});

t.test('a pause that chance makes too long ends while there is time for a try', async (t) => {
  const refused = problem('overloaded', 429, { 'retry-after': '2' });
  const { clock, client } = await scripted(t, [refused, estimate(20.5)], { timeoutMs: 2_500 });
  clock.chance = 0.99;
  const call = client.predict(ORDER);
  await clock.whenSet(2);
  clock.pass(2_499);
  t.strictSame(await call, GIVEN);
});

t.test(
  'a connection that breaks and a server that has none to answer are tried again after growing pauses',
  async (t) => {
    const half = estimate(20.5).slice(0, -5);
    const faults: readonly Answer[] = [
      'reset',
      { bytes: '', close: true },
      { bytes: half, close: true },
      answer(502, '<html>Bad gateway</html>'),
      answer(503, '<html>No server</html>'),
      problem('prediction_failed', 503),
    ];
    for (const fault of faults) {
      const { server, clock, client } = await scripted(t, [fault, fault, estimate(20.5)]);
      const call = client.predict(ORDER);
      for (const pauseMs of [BACKOFF_MS, 2 * BACKOFF_MS]) {
        await clock.whenSet(2);
        t.equal(clock.due[0], pauseMs);
        clock.pass(pauseMs);
      }
      t.strictSame(await call, GIVEN, JSON.stringify(fault));
      t.equal(server.seen.length, 3);
    }
  },
);

t.test('tries end, and the last one is told', async (t) => {
  const { server, clock, client } = await scripted(t, [{ bytes: '', close: true }], { retries: 1 });
  const call = client.predict(ORDER).catch((caught: unknown) => caught);
  await clock.whenSet(2);
  clock.pass(BACKOFF_MS);
  const error = await call;
  t.ok(error instanceof UnreachableError);
  t.match(error, { code: 'unreachable', message: `${server.url}/ cannot be reached: other side closed.` });
  t.equal(server.seen.length, 2);
});

t.test('nothing else is tried again', async (t) => {
  for (const [given, expected] of [
    [problem('order_invalid', 422), { code: 'order_invalid', status: 422, detail: 'No.', errors: [] }],
    [problem('token_missing_or_wrong', 401, { 'retry-after': '0' }), { code: 'token_missing_or_wrong', status: 401 }],
    [problem('internal_error', 500), { code: 'internal_error', repeatable: false }],
    [problem('prediction_timeout', 504), { code: 'prediction_timeout' }],
    [problem('overloaded', 429), { code: 'overloaded', retryAfterMs: undefined }],
    [answer(404, 'Nothing here'), { code: 'answer_unexpected', status: 404, message: /status 404, "Nothing here"/ }],
    [answer(301, '', { location: '/there' }), { code: 'answer_unexpected', message: /301, to \/there, it is empty/ }],
    [answer(200, '<html>'), { code: 'answer_unexpected', message: /no minutes in it/ }],
    [answer(200, '{"estimated_delivery_minutes":"1"}', { 'x-model-version': '1' }), { code: 'answer_unexpected' }],
    [answer(200, '{"estimated_delivery_minutes":1}'), { code: 'answer_unexpected', message: /x-model-version/ }],
    ['SSH-2.0-OpenSSH_9.2\r\n\r\n', { code: 'answer_unexpected', status: 0, message: /not HTTP/ }],
  ] as const) {
    const { server, clock, client } = await scripted(t, [given, estimate(1)]);
    const error = await client.predict(ORDER).catch((caught: unknown) => caught);
    t.match(error, expected);
    t.ok(error instanceof ProblemError || error instanceof UnexpectedAnswerError);
    t.equal(server.seen.length, 1, expected.code);
    t.strictSame(clock.due, []);
  }
});

t.test('the time of a call is one for all its tries and pauses', async (t) => {
  const { clock, client } = await scripted(t, ['reset', 'silence'], { timeoutMs: 300 });
  const call = client.predict(ORDER).catch((caught: unknown) => caught);
  await clock.whenSet(2);
  clock.pass(BACKOFF_MS);
  await clock.whenSet(1);
  clock.pass(300 - BACKOFF_MS);
  const error = await call;
  t.ok(error instanceof TimeoutError);
  t.match(error, { code: 'timeout', name: 'TimeoutError', message: 'There was no answer within 300 ms.' });
});

t.test('a caller may leave while it is answered, while it pauses, and before', async (t) => {
  for (const script of [['silence'], ['reset', 'silence']] as const) {
    const { server, clock, client } = await scripted(t, [...script]);
    const caller = new AbortController();
    const call = client.predict(ORDER, { signal: caller.signal }).catch((caught: unknown) => caught);
    await server.whenSeen(1);
    if (script.length > 1) await clock.whenSet(2);
    caller.abort('changed my mind');
    const error = await call;
    t.ok(error instanceof AbortError);
    t.match(error, { code: 'aborted', name: 'AbortError', cause: 'changed my mind' });
    t.strictSame(clock.due, []);
    const late = await client.predict(ORDER, { signal: caller.signal }).catch((caught: unknown) => caught);
    t.match(late, { code: 'aborted' });
    t.equal(server.seen.length, 1);
  }
});

t.test('where nobody listens it is told which address', async (t) => {
  const baseUrl = await unusedAddress();
  const client = clientOf(t, baseUrl, { retries: 0 });
  await t.rejects(client.predict(ORDER), { code: 'unreachable', message: `${baseUrl}/ cannot be reached: ` });
  await t.rejects(client.health(), { code: 'unreachable', cause: { code: 'ECONNREFUSED' } });
});
