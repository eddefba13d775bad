/**
 * Open loop at shares of what the server can do: callers who do not wait for each other. What a server's latency is like
 * in use, of which a closed loop tells nothing: there nobody asks while the server is slow.
 */
import { median } from '../figures.js';
import { isGeneratorBound } from '../load/load-result.js';
import { type PacedResult, runPaced } from '../load/paced.js';
import { measurePoint, type Point } from '../points.js';
import type { Scenario } from '../scenario.js';
import { percent, whole } from '../table.js';

const SHARES = [0.5, 0.8, 0.95] as const;
/** Requests that are with the server at once, at most. */
const CONNECTIONS = 256;
/** Saturation is the median of so many measurements. */
const SATURATIONS = 3;

/**
 * A point for each share of saturation, the server beside bare. Saturation is measured first, with the sender itself,
 * for a second at a time.
 */
export const openLoop: Scenario = {
  name: 'open-loop',
  about: 'on a schedule, at 50, 80 and 95 % of saturation, latency from when a request was due',
  async run({ server, bare, ordersFile, seconds, repeating, say }) {
    const load = { ordersFile, connections: CONNECTIONS, seconds };
    // By the generator that makes the load afterwards: what both are able to do on this machine.
    const saturated: PacedResult[] = [];
    for (let time = 0; time < SATURATIONS; time++)
      saturated.push(await runPaced({ ...load, url: server.url, seconds: 1 }));
    const most = median(saturated.map(({ requestsPerSecond }) => requestsPerSecond));
    const notes = [`Saturation with this sender: ${whole(most)} a second.`];
    if (saturated.some(isGeneratorBound))
      notes.push('There the sender is the limit; of another machine more could be asked.');
    const points: Point[] = [];
    for (const share of SHARES) {
      const requestsPerSecond = Math.max(1, Math.floor(most * share));
      const point = await measurePoint({
        name: `${percent(share)} of saturation`,
        offeredPerSecond: requestsPerSecond,
        subjects: [server, bare],
        load: ({ url }) => runPaced({ ...load, url, requestsPerSecond }),
        repeating,
        settlesBy: ({ latencyUs }) => latencyUs.p50,
        say,
      });
      points.push(point);
    }
    return { points, notes };
  },
};
