/** What a real server makes of the registry and the cache that a kill has left. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ServerProcess, startServerProcess } from '../../bench/server-process.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { unlessMissing } from '../../registry/file-faults.js';
import { SHORTEST_ORDER } from '../../server/openapi/example-order.js';
import { postOrder } from '../test-server.js';
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
  await withServer(starting, (server) => requireAnswer(server, production));
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
    await withServer(starting, async (server) => {
      await server.logged(({ msg }) => msg.startsWith('the registry does not say'));
      if (kept === undefined) await requireNone(server);
      else {
        await server.logged(({ msg }) => msg.startsWith('the last good version is served'));
        await requireAnswer(server, kept);
        const { stale } = await infoOf(server);
        if (stale !== true) throw new Error(`Version ${kept} is served from the cache, and not said to be stale.`);
      }
      await bringBack();
      for (let info = await infoOf(server); info.stale !== false; info = await infoOf(server)) await pause(LOOK_MS);
      await requireAnswer(server, production);
    });
  } finally {
    await bringBack();
  }
}

async function withServer(
  starting: Promise<ServerProcess>,
  use: (server: ServerProcess) => Promise<void>,
): Promise<void> {
  const server = await withinTime('The start of the server', starting);
  try {
    await withinTime('The server', use(server));
  } finally {
    await withinTime('The end of the server', server.stop());
  }
}

async function requireAnswer({ url }: ServerProcess, version: number): Promise<void> {
  const response = await postOrder(url, SHORTEST_ORDER);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`The server answers an order with ${response.status}: ${text}`);
  const by = Number(response.headers.get('x-model-version'));
  if (by !== version) throw new Error(`Version ${by} answers, where version ${version} is to.`);
}

async function requireNone({ url }: ServerProcess): Promise<void> {
  const statuses = [(await fetch(`${url}/health`)).status, (await postOrder(url, SHORTEST_ORDER)).status];
  if (statuses.some((status) => status !== 503)) {
    throw new Error(`Nothing is kept and the registry is away; health and prediction are ${statuses.join(' and ')}.`);
  }
}

async function infoOf({ url }: ServerProcess): Promise<{ readonly stale?: boolean }> {
  return (await (await fetch(`${url}/model-info`)).json()) as { stale?: boolean };
}
