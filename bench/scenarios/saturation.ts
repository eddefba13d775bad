/** As many orders as are answered, over few and many connections: what a server is able to do. */
import { runClosedLoop } from '../load/closed-loop.js';
import { isFileLimitEnough } from '../load/file-limit.js';
import { measurePoint, type Point } from '../points.js';
import type { Scenario } from '../scenario.js';

/** How many there are in its points. */
export const CONNECTIONS = [64, 256, 4_096] as const;

/** The name of the point with so many. */
export function saturationPoint(connections: number): string {
  return `${connections} connections`;
}

/** A point for each number of connections: the server, bare, and the versions beside; settled by rows a second. */
export const saturation: Scenario = {
  name: 'saturation',
  about: 'as fast as answered, over 64, 256 and 4,096 connections',
  async run({ server, bare, beside, ordersFile, seconds, repeating, say }) {
    const points: Point[] = [];
    const notes: string[] = [];
    for (const connections of CONNECTIONS) {
      if (!isFileLimitEnough(connections)) {
        notes.push(`${connections} connections: left out, a process may have too few files open here (ulimit -n).`);
        continue;
      }
      const point = await measurePoint({
        name: saturationPoint(connections),
        subjects: [server, bare, ...beside],
        load: ({ url }) => runClosedLoop({ url, ordersFile, connections, seconds }),
        repeating,
        settlesBy: ({ rowsPerSecond }) => rowsPerSecond,
        say,
      });
      points.push(point);
    }
    return { points, notes };
  },
};
