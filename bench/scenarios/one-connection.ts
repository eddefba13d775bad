/** One connection that asks again when it is answered: what a lone caller waits. */
import { runClosedLoop } from '../load/closed-loop.js';
import { measurePoint } from '../points.js';
import type { Scenario } from '../scenario.js';

/** The name of its point. */
export const ONE_CONNECTION = '1 connection';

/** One point: the server, bare, and the versions beside; settled by the median latency. */
export const oneConnection: Scenario = {
  name: 'one-connection',
  about: 'one caller, who asks again when answered',
  async run({ server, bare, beside, ordersFile, seconds, repeating, say }) {
    const point = await measurePoint({
      name: ONE_CONNECTION,
      subjects: [server, bare, ...beside],
      load: ({ url }) => runClosedLoop({ url, ordersFile, connections: 1, seconds }),
      repeating,
      settlesBy: ({ latencyUs }) => latencyUs.p50,
      say,
    });
    return { points: [point], notes: [] };
  },
};
