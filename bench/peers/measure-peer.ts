/** Two points of a peer, each beside the server: a lone caller, and as many orders as are answered over 64 connections. */
import type { Figures } from '../figures.js';
import { runClosedLoop } from '../load/closed-loop.js';
import type { Subject } from '../measurement.js';
import { measurePoint, type Point, type Repeating } from '../points.js';
import { SERVER } from '../scenario.js';

const BUSY_CONNECTIONS = 64;
/** Before the first repetition: code that is compiled, and adaptive batches that have found their size. */
const WARM_UP_SECONDS = 2;

/** What was measured of a peer, with the server in the same points. */
export interface PeerPoints {
  /** Over one connection. */
  readonly lone: Point;
  /** Over 64 connections. */
  readonly busy: Point;
}

/** Who is measured, and what it is sent. */
export interface Contender extends Subject {
  readonly path?: string;
  /** One body a line. */
  readonly bodiesFile: string;
}

/** How much is measured, and who is told of it. */
export interface Effort {
  /** Of one repetition. */
  readonly seconds: number;
  readonly repeating: Repeating;
  readonly say: (line: string) => void;
}

/**
 * Warms the peer up and measures both points, closed loops of the better generator that is there.
 * @param server named `SERVER`, warm
 * @throws WrkFailed, GeneratorFailed
 */
export async function measurePeer(
  peer: Contender,
  server: Contender,
  { seconds, repeating, say }: Effort,
): Promise<PeerPoints> {
  const load = (subject: Subject, connections: number, forSeconds = seconds) => {
    const { url, path, bodiesFile } = subject.name === SERVER ? server : peer;
    const where = path === undefined ? { url } : { url, path };
    return runClosedLoop({ ...where, ordersFile: bodiesFile, connections, seconds: forSeconds });
  };
  await load(peer, BUSY_CONNECTIONS, WARM_UP_SECONDS);
  const point = (connections: number, settlesBy: (figures: Figures) => number): Promise<Point> =>
    measurePoint({
      name: `${peer.name}, ${connections} connection${connections === 1 ? '' : 's'}`,
      subjects: [peer, server],
      load: (subject) => load(subject, connections),
      repeating,
      settlesBy,
      say,
    });
  return {
    lone: await point(1, ({ latencyUs }) => latencyUs.p50),
    busy: await point(BUSY_CONNECTIONS, ({ rowsPerSecond }) => rowsPerSecond),
  };
}
