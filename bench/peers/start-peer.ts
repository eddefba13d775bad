/** Sets up and starts a peer, and makes sure that it gives the answers that the server gives. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Program, startProgram } from '../processes/program.js';
import { type EncodedOrder, numberAt, type Peer, type Site } from './peer.js';
import { PROJECT } from './peers.js';

/** Ray starts seven processes. */
const PATIENCE_MS = 120_000;
const ANSWER_PATIENCE_MS = 2_000;
/** Minutes by which an answer may be another one than the server's, which has two decimals. */
const TOLERANCE_MINUTES = 0.01;

/** A peer cannot be measured; the message says why. */
export class PeerFailed extends Error {
  override readonly name = 'PeerFailed';
  readonly code = 'peer_failed';
}

/**
 * Makes the peer's environment, if it is missing or not what its lock says.
 * @throws PeerFailed
 */
export async function setUpPeer({ name, title, isPython }: Peer): Promise<void> {
  if (!isPython) return;
  try {
    await promisify(execFile)(process.execPath, [join(PROJECT, 'setup', 'setup.mjs'), name]);
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new PeerFailed(`${title} cannot be set up: ${said}`);
  }
}

/**
 * Starts the peer, and waits until it answers the first order.
 * @throws ProgramDidNotStart
 */
export async function startPeer(peer: Peer, first: EncodedOrder, site: Omit<Site, 'ports'>): Promise<Program> {
  const ports = await freePorts();
  const { command, args, cwd, settings } = peer.launch({ ...site, ports });
  const url = `http://127.0.0.1:${ports[0]}`;
  return startProgram({
    name: peer.title,
    command,
    args,
    cwd: cwd ?? site.folder,
    settings: {
      MODEL_FILE: site.modelFile,
      FEATURES_FILE: site.featuresFile,
      PORT: String(ports[0]),
      // The sources are not to be littered.
      PYTHONDONTWRITEBYTECODE: '1',
      ...settings,
    },
    async askUrl() {
      try {
        const answer = await ask(url, peer, first);
        await answer.arrayBuffer();
        return answer.ok ? url : undefined;
      } catch {
        // Whatever it is, it does not answer yet; if it never does, what it said is told.
        return undefined;
      }
    },
    patienceMs: PATIENCE_MS,
  });
}

/**
 * Asks the peer and the server for the same orders: no peer may be fast by being wrong.
 * @throws PeerFailed
 */
export async function compareAnswers(
  peer: Peer,
  peerUrl: string,
  serverUrl: string,
  orders: readonly EncodedOrder[],
): Promise<void> {
  for (const order of orders) {
    const answer = await ask(peerUrl, peer, order);
    const text = await answer.text();
    const minutes = answer.ok ? peer.minutesOf(JSON.parse(text)) : Number.NaN;
    const ours = await ask(serverUrl, { path: '/predict', bodyOf: () => order.order }, order);
    const expected = numberAt(await ours.json(), 'estimated_delivery_minutes');
    if (Math.abs(minutes - expected) <= TOLERANCE_MINUTES) continue;
    throw new PeerFailed(
      `${peer.title} answers ${answer.status} ${text.slice(0, 200)}; the server, ${expected} minutes.`,
    );
  }
}

function ask(url: string, { path, bodyOf }: Pick<Peer, 'path' | 'bodyOf'>, order: EncodedOrder): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: bodyOf(order),
    signal: AbortSignal.timeout(ANSWER_PATIENCE_MS),
  });
}

/** Ports that are free now: a peer cannot be asked which one the system gave it. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            resolve(typeof address === 'object' && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  const [http = 0, second = 0, third = 0] = ports;
  return [http, second, third];
}
