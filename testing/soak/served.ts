/** What a real server makes of the registry and the cache that a kill has left. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../bench/server-process.js';
import { FoodEtaClient, ProblemError } from '../../client/index.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { unlessMissing } from '../../registry/file-faults.js';
import { SHORTEST_ORDER } from '../../server/openapi/example-order.js';
import { withinTime } from './failure.js';
import type { Scene } from './scene.js';

/** Between two looks for something that tells nobody. */
const LOOK_MS = 5;

/** The version that is kept in `cache` for a start without the registry; undefined where none is. */
export async function keptIn(cache: string): Promise<number | undefined> {
  const text = await unlessMissing(readFile(`${keptAt(cache)}.json`, 'utf8'), undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { version: { version: number } }).version.version;
}

/** Resolves when `version` is kept in `cache` and nobody writes there any more, or `isOver`. */
export async function whenKept(cache: string, version: number, isOver: () => boolean = () => false): Promise<void> {
  const isKept = async () => (await keptIn(cache)) === version && !existsSync(`${keptAt(cache)}.lock`);
  while (!isOver() && !(await isKept())) await pause(LOOK_MS);
}

/** What the names of the files and folders begin with that `server/switching/last-good.ts` writes. */
function keptAt(cache: string): string {
  return join(cache, 'last-good', `${MODEL_NAME}@production`);
}

/**
 * Starts a server with `cache`, which is to answer with `production`.
 * @throws Error saying what it does in place of that
 */
export async function requireServed(scene: Scene, cache: string, production: number): Promise<void> {
  const starting = startServerProcess({ ...scene.environment, CACHE_DIR: cache });
  await withServer(starting, (_, client) => requireAnswer(client, production));
}

/**
 * Starts a server with `cache` while the registry is away: it is to answer with what is kept there, as stale, or where
 * nothing is to say that there is none; and with `production` as soon as the registry is back.
 * @throws Error saying what it does in place of that
 */
export async function requireServedWithout(scene: Scene, cache: string, production: number): Promise<void> {
  const kept = await keptIn(cache);
  await scene.takeAway();
  let isAway = true;
  const bringBack = async (): Promise<void> => {
    if (isAway) await scene.bringBack();
    isAway = false;
  };
  try {
    const starting = startServerProcess({ ...scene.environment, CACHE_DIR: cache }, { until: 'listening' });
    await withServer(starting, async (server, client) => {
      await server.logged(({ msg }) => msg.startsWith('the registry does not say'));
      if (kept === undefined) await requireNone(client);
      else {
        await server.logged(({ msg }) => msg.startsWith('the last good version is served'));
        await requireAnswer(client, kept);
        const { stale } = await client.modelInfo();
        if (stale !== true) throw new Error(`Version ${kept} is served from the cache, and not said to be stale.`);
      }
      await bringBack();
      while (!(await isConfirmed(client))) await pause(LOOK_MS);
      await requireAnswer(client, production);
    });
  } finally {
    await bringBack();
  }
}

async function withServer(
  starting: Promise<ServerProcess>,
  use: (server: ServerProcess, client: FoodEtaClient) => Promise<void>,
): Promise<void> {
  const server = await withinTime('The start of the server', starting);
  const client = new FoodEtaClient({ baseUrl: server.url, gather: false, retries: 0, timeoutMs: 10_000 });
  try {
    await withinTime('The server', use(server, client));
  } finally {
    await client.close();
    await withinTime('The end of the server', server.stop());
  }
}

async function requireAnswer(client: FoodEtaClient, version: number): Promise<void> {
  const { modelVersion } = await client.predict(SHORTEST_ORDER);
  if (modelVersion !== version) throw new Error(`Version ${modelVersion} answers, where version ${version} is to.`);
}

async function requireNone(client: FoodEtaClient): Promise<void> {
  const { status } = await client.health();
  const told = await client.predict(SHORTEST_ORDER).then(
    ({ minutes }) => `${minutes} minutes`,
    (error: unknown) => (error instanceof ProblemError ? error.code : error),
  );
  if (status !== 'unavailable' || told !== 'model_unavailable') {
    throw new Error(`Nothing is kept and the registry is away; health and prediction are ${status} and ${told}.`);
  }
}

/** Whether it answers with a version that the registry has confirmed. */
async function isConfirmed(client: FoodEtaClient): Promise<boolean> {
  try {
    return !(await client.modelInfo()).stale;
  } catch (error) {
    if (error instanceof ProblemError && error.code === 'model_unavailable') return false;
    throw error;
  }
}
