/** Many orders in one request, beside the same orders one by one: what a caller who has several at hand saves. */
import { readFileSync } from 'node:fs';
import { runClosedLoop } from '../load/closed-loop.js';
import { bodiesOf } from '../load/orders-file.js';
import type { Subject } from '../measurement.js';
import { measurePoint } from '../points.js';
import { type Scenario, SERVER } from '../scenario.js';

const PATH = '/predict/batch';
const ORDERS_EACH = 100;
const CONNECTIONS = { batch: 8, single: 256 };

/** The name of its point. */
export const batchPoint = `batches of ${ORDERS_EACH}`;
/** The names under which the two ways of asking a server stand in the point. */
export function batchNames(server: string): readonly [batch: string, single: string] {
  return server === SERVER ? ['batch', 'single'] : [`${server}, batch`, `${server}, single`];
}

/** One point: CPU per row of 100 orders a request over 8 connections, and of one a request over 256. */
export const batch: Scenario = {
  name: 'batch',
  about: `${ORDERS_EACH} orders a request on ${PATH}, beside one a request`,
  async run({ server, beside, ordersFile, seconds, repeating, say }) {
    const status = await firstAnswer(`${server.url}${PATH}`, ordersFile);
    if (status !== 200) return { points: [], notes: [`${PATH} answers ${status}: left out.`] };
    const pairs = [server, ...beside].map((subject) => ({ subject, names: batchNames(subject.name) }));
    const isSingle = ({ name }: Subject) => pairs.some(({ names: [, single] }) => single === name);
    const point = await measurePoint({
      name: batchPoint,
      subjects: pairs.flatMap(({ subject, names }) => names.map((name) => ({ ...subject, name }))),
      load(subject) {
        const { url } = subject;
        if (isSingle(subject)) return runClosedLoop({ url, ordersFile, connections: CONNECTIONS.single, seconds });
        return runClosedLoop({
          url,
          ordersFile,
          connections: CONNECTIONS.batch,
          seconds,
          path: PATH,
          ordersEach: ORDERS_EACH,
        });
      },
      ordersEach: (subject) => (isSingle(subject) ? 1 : ORDERS_EACH),
      repeating,
      settlesBy: ({ cpuUsPerRow }) => cpuUsPerRow,
      say,
    });
    return { points: [point], notes: [] };
  },
};

async function firstAnswer(url: string, ordersFile: string): Promise<number> {
  const [body = '[]'] = bodiesOf(readFileSync(ordersFile, 'utf8'), ORDERS_EACH);
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  await answer.arrayBuffer();
  return answer.status;
}
