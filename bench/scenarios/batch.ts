/** Many orders in one request, beside the same orders one by one: what a caller who has several at hand saves. */
import { readFileSync } from 'node:fs';
import { runClosedLoop } from '../load/closed-loop.js';
import { bodiesOf } from '../load/orders-file.js';
import { measurePoint } from '../points.js';
import type { Scenario } from '../scenario.js';

const PATH = '/predict/batch';
const ORDERS_EACH = 100;
const CONNECTIONS = { batch: 8, single: 256 };

export const batchPoint = `batches of ${ORDERS_EACH}`;
/** The names under which the two ways of asking stand in the point. */
export const BATCH = 'batch';
export const SINGLE = 'single';

export const batch: Scenario = {
  name: 'batch',
  about: `${ORDERS_EACH} orders a request on ${PATH}, beside one a request`,
  async run({ server, ordersFile, seconds, repeating, say }) {
    const status = await firstAnswer(`${server.url}${PATH}`, ordersFile);
    if (status !== 200) return { points: [], notes: [`${PATH} answers ${status}: left out.`] };
    const point = await measurePoint({
      name: batchPoint,
      subjects: [
        { ...server, name: BATCH },
        { ...server, name: SINGLE },
      ],
      load({ name, url }) {
        if (name === SINGLE) return runClosedLoop({ url, ordersFile, connections: CONNECTIONS.single, seconds });
        return runClosedLoop({
          url,
          ordersFile,
          connections: CONNECTIONS.batch,
          seconds,
          path: PATH,
          ordersEach: ORDERS_EACH,
        });
      },
      ordersEach: ({ name }) => (name === BATCH ? ORDERS_EACH : 1),
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
