import t from 'tap';
import { startTestServer } from '../testing/test-server.js';
import type { Batcher } from './batching/batcher.js';
import type { Problem } from './errors.js';
import { ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';
import { Gate } from './gate.js';
import { HttpServer } from './http.js';
import { Refusals } from './metrics/refusals.js';

const TIMEOUT_MS = 1_000;

/** A server whose one route tells until when a request that is taken in may be answered, in milliseconds from now. */
async function served(t: { teardown(end: () => void): void }, batcher?: Partial<Batcher>): Promise<string> {
  const gate = new Gate(TIMEOUT_MS, TIMEOUT_MS, new Refusals());
  const http = new HttpServer(
    [
      {
        method: 'POST',
        path: '/predict',
        handle(exchange, head) {
          const beganMs = performance.now();
          const deadlineMs = gate.admit(exchange, head, batcher as Batcher | undefined);
          if (deadlineMs !== undefined) exchange.sendJson(200, Math.round(deadlineMs - beganMs));
        },
      },
    ],
    () => {},
  );
  const port = await http.listen('127.0.0.1', 0);
  t.teardown(() => http.close());
  return `http://127.0.0.1:${port}`;
}

async function ask(url: string, bytes: string | Uint8Array) {
  const client = await RawClient.open(url);
  await client.write(bytes);
  const answer = await client.answer();
  client.destroy();
  return answer;
}

t.test('a caller may name a shorter time than the server has, and no longer one', async (t) => {
  const url = await served(t);
  const timeFor = async (given: string) =>
    Number((await ask(url, post('{}', { headers: `x-request-timeout-ms: ${given}\r\n` })))?.body);
  const isWithin = (left: number, most: number) => left > most / 2 && left <= most;
  t.ok(isWithin(await timeFor('250'), 250));
  t.ok(isWithin(await timeFor('99999999999999999999'), TIMEOUT_MS));
  t.ok(isWithin(Number((await ask(url, post('{}')))?.body), TIMEOUT_MS));
});

t.test('a time that is none is told with what is allowed', async (t) => {
  const { url } = await startTestServer(t);
  for (const given of ['', '0', '-1', '1.5', 'soon', '1e3', '01']) {
    const answer = await ask(url, post(ORDER_TEXT, { headers: `x-request-timeout-ms: ${given}\r\n` }));
    const problem: Problem = JSON.parse(answer?.body ?? '{}');
    t.same([problem.status, problem.code], [400, 'malformed_request'], given);
    t.match(problem.detail, `x-request-timeout-ms is "${given}"; allowed is a whole number of milliseconds`);
  }
});

t.test('what cannot be done in its time is refused by its head, with the time after which it could', async (t) => {
  const asked: number[] = [];
  const url = await served(t, {
    hasRoom(timeoutMs) {
      asked.push(timeoutMs);
      return false;
    },
    retryAfterSeconds: 7,
  });
  const head = post('', { length: '5000', headers: 'x-request-timeout-ms: 20\r\n' });
  const answer = await ask(url, head);
  t.equal(answer?.status, 429, 'before anything of the body came');
  t.equal(answer?.headers.get('retry-after'), '7');
  t.strictSame(asked, [20]);
});
