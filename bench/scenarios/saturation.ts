/** As many orders as are answered, over few and many connections: what a server is able to do. */
import { runClosedLoop } from '../load/closed-loop.js';
import { isFileLimitEnough } from '../load/file-limit.js';
import { measurePoint, type Point } from '../points.js';
import type { Bench, Scenario } from '../scenario.js';

/** How many there are in its points. */
export const CONNECTIONS = [64, 256, 4_096] as const;

/** The name of the point with so many. */
export function saturationPoint(connections: number): string {
  return `${connections} connections`;
}

const FEWEST = CONNECTIONS[0];
const MOST = CONNECTIONS[2];

/** The name of the point in which the fewest and the most connections are compared. */
export const growthPoint = `${FEWEST} and ${MOST} connections`;
/** The names under which a server stands in it, twice. */
export function growthNames(server: string): readonly [most: string, fewest: string] {
  return [`${server}, ${MOST}`, `${server}, ${FEWEST}`];
}

/**
 * A point for each number of connections: the server, bare, and the versions beside; settled by rows a second. And one
 * in which the fewest and the most take turns, so that a machine that grows slower does not pass for a server that does.
 */
export const saturation: Scenario = {
  name: 'saturation',
  about: 'as fast as answered, over 64, 256 and 4,096 connections',
  async run(bench) {
    const { server, bare, beside, ordersFile, seconds, repeating, say } = bench;
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
    if (isFileLimitEnough(MOST)) points.push(await measureGrowth(bench));
    return { points, notes };
  },
};

function measureGrowth({ server, beside, ordersFile, seconds, repeating, say }: Bench): Promise<Point> {
  const twice = [server, ...beside].map((subject) => ({ subject, names: growthNames(subject.name) }));
  const isMost = (name: string) => twice.some(({ names: [most] }) => most === name);
  return measurePoint({
    name: growthPoint,
    subjects: twice.flatMap(({ subject, names }) => names.map((name) => ({ ...subject, name }))),
    load: ({ url, name }) => runClosedLoop({ url, ordersFile, connections: isMost(name) ? MOST : FEWEST, seconds }),
    repeating,
    settlesBy: ({ rowsPerSecond }) => rowsPerSecond,
    say,
  });
}
