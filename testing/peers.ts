/**
 * The servers that tests of several processes share, each started when the first test asks for it. `npm test` keeps
 * them while the tests run; a test file that is run by itself has its own.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Test } from 'tap';
import { type MlflowKind, type MlflowServer, startMlflowServer } from './mlflow-server.js';

/** Names the address at which `npm test` gives out the servers. */
const PEERS = 'FOOD_ETA_TEST_PEERS';

export interface Peers {
  /** Environment variables for the tests. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * Gives out servers, until it is stopped.
 * @param ahead those to start at once, for tests that are sure to ask
 */
export async function startPeers(ahead: readonly MlflowKind[] = []): Promise<Peers> {
  const started = new Map<MlflowKind, Promise<MlflowServer>>();
  const start = (kind: MlflowKind): Promise<MlflowServer> => {
    const mlflow = started.get(kind) ?? startMlflowServer(kind);
    started.set(kind, mlflow);
    return mlflow;
  };
  for (const kind of ahead) void Promise.allSettled([start(kind)]); // Who asks for it is told.
  const server = createServer((request, response) => {
    start(request.url === '/auth' ? 'auth' : 'open').then(
      ({ url }) => response.end(url),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    variables: { [PEERS]: `http://127.0.0.1:${port}` },
    async stop() {
      server.close();
      server.closeAllConnections();
      const ends = await Promise.allSettled([...started.values()]);
      for (const end of ends) if (end.status === 'fulfilled') await end.value.stop();
    },
  };
}

/** The address of a tracking server, shared with other tests: use names that are yours alone. */
export async function mlflowServer(t: Test, kind: MlflowKind = 'open'): Promise<string> {
  const peers = process.env[PEERS];
  if (peers === undefined) {
    const server = await startMlflowServer(kind);
    t.teardown(() => server.stop());
    return server.url;
  }
  const response = await fetch(`${peers}/${kind}`);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}
