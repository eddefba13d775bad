/**
 * The alias moves to another version while orders come in on a schedule, beside the same load on a server that is left
 * alone. Each move loads a version that is not in memory.
 */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { runPaced } from '../load/paced.js';
import { measurePoint } from '../points.js';
import type { Bench, Scenario, ScenarioResult } from '../scenario.js';
import { startServerProcess } from '../server-process.js';
import type { ServedVersion } from '../stage.js';
import { ScenarioRegistry } from '../versions.js';

const REQUESTS_PER_SECOND = 2_000;
const CONNECTIONS = 256;
const [STILL, SWITCHING] = ['left alone', 'alias moves'] as const;
/** A version is taken up within this time, or the scenario says that it was not. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

/**
 * One point, in which the same server stands twice: with an alias that stays, and with one that moves when half of what
 * is recorded is past, as the sender tells.
 */
export const aliasSwitch: Scenario = {
  name: 'alias-switch',
  about: `the alias moves under a load of ${REQUESTS_PER_SECOND} a second`,
  async run(bench) {
    const { modelFile, folder } = bench;
    if (modelFile === undefined)
      return { points: [], notes: ['The files of the version are not on this machine: left out.'] };
    const versions = await ScenarioRegistry.make(join(folder, 'alias-switch'), modelFile);
    const pair = [await versions.add(), await versions.add()] as const;
    await versions.setProduction(pair[0]);
    const server = await startServerProcess({ ...bench.settings, ...versions.settings, KEEP_PREVIOUS: 'false' });
    try {
      return await measureSwitches(bench, server, versions, pair);
    } finally {
      await server.stop();
    }
  },
};

async function measureSwitches(
  { ordersFile, seconds, repeating, say }: Bench,
  { url, pid }: { readonly url: string; readonly pid: number },
  versions: ScenarioRegistry,
  [first, second]: readonly [number, number],
): Promise<ScenarioResult> {
  let production = first;
  let late = 0;
  const load = { url, ordersFile, connections: CONNECTIONS, seconds, requestsPerSecond: REQUESTS_PER_SECOND };
  const sendAndMove = async () => {
    const next = production === first ? second : first;
    const result = await runPaced(load, async () => {
      await versions.setProduction(next);
      production = next;
    });
    if (!(await isServed(url, next))) late += 1;
    return result;
  };
  const point = await measurePoint({
    name: 'alias switch',
    subjects: [
      { name: STILL, url, pid },
      { name: SWITCHING, url, pid },
    ],
    load: ({ name }) => (name === SWITCHING ? sendAndMove() : runPaced(load)),
    repeating,
    settlesBy: ({ latencyUs }) => latencyUs.p50,
    say,
  });
  const notes = late === 0 ? [] : [`${late} times the version was not taken up within ${PATIENCE_MS / 1_000} s.`];
  return { points: [point], notes };
}

async function isServed(url: string, version: number): Promise<boolean> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (performance.now() < untilMs) {
    const served = (await (await fetch(`${url}/model-info`)).json()) as ServedVersion;
    if (served.version === version) return true;
    await pause(LOOK_MS);
  }
  return false;
}
