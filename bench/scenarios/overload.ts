/**
 * Three times what can be answered, on a schedule that does not wait. The model is made slow, so that the workers are the
 * limit: what is accepted should be as much as ever and in time, and what is refused should hear so at once.
 */
import { join } from 'node:path';
import type { Figures } from '../figures.js';
import { isFileLimitEnough } from '../load/file-limit.js';
import { runPaced } from '../load/paced.js';
import { measurePoint, type Point } from '../points.js';
import { type Bench, type Scenario, SERVER } from '../scenario.js';
import { startServerProcess } from '../server-process.js';
import { makeSlow } from '../slow-model.js';
import { percent, whole } from '../table.js';
import { ScenarioRegistry } from '../versions.js';

const TIMES = 3;
/** A full batch of the slow model takes a quarter of a second: over 2 s, one more or less would be an eighth of the answers. */
const TIMES_LONGER = 4;
const CONNECTIONS = { saturation: 256, overload: 4_096 };
/**
 * So many rows wait as can be finished in half of this time. With a longer one there would be more of them than the
 * sender has connections, and none would have to be refused.
 */
const REQUEST_TIMEOUT_MS = '3000';

/**
 * Two points of a server of its own with a slow model: at saturation, and asked three times that. Left out where a
 * process may not open the files for 4,096 connections.
 */
export const overload: Scenario = {
  name: 'overload',
  about: 'a slow model, asked three times as much as it can answer',
  async run(bench) {
    const { modelFile, folder } = bench;
    if (modelFile === undefined)
      return { points: [], notes: ['The files of the version are not on this machine: left out.'] };
    if (!isFileLimitEnough(CONNECTIONS.overload)) {
      return { points: [], notes: ['A process may have too few files open here (ulimit -n): left out.'] };
    }
    const versions = await ScenarioRegistry.make(join(folder, 'overload'), modelFile);
    await versions.setProduction(await versions.add(makeSlow));
    const server = await startServerProcess({ ...bench.settings, ...versions.settings, REQUEST_TIMEOUT_MS });
    try {
      return await measureOverload(bench, server);
    } finally {
      await server.stop();
    }
  },
};

async function measureOverload(
  { ordersFile, seconds, repeating, say }: Bench,
  { url, pid }: { readonly url: string; readonly pid: number },
) {
  const common = { subjects: [{ name: SERVER, url, pid }], repeating, say };
  const load = { url, ordersFile, seconds: seconds * TIMES_LONGER };
  const saturation = await measurePoint({
    ...common,
    name: 'slow model, as fast as answered',
    load: () => runPaced({ ...load, connections: CONNECTIONS.saturation }),
    settlesBy: ({ rowsPerSecond }) => rowsPerSecond,
  });
  const best = figuresOf(saturation)?.rowsPerSecond ?? Number.NaN;
  const requestsPerSecond = Math.max(1, Math.round(best * TIMES));
  const overloaded = await measurePoint({
    ...common,
    name: `slow model, ${TIMES} times that`,
    offeredPerSecond: requestsPerSecond,
    load: () => runPaced({ ...load, connections: CONNECTIONS.overload, requestsPerSecond }),
    settlesBy: ({ rowsPerSecond }) => rowsPerSecond,
  });
  return {
    points: [saturation, overloaded],
    notes: [...notesOn(best, figuresOf(overloaded)), memoryNote(saturation, overloaded)],
  };
}

function figuresOf({ figures }: Point): Figures | undefined {
  return figures[SERVER];
}

/** Level or not: what was resident after each repetition, first without overload. */
function memoryNote(saturation: Point, overloaded: Point): string {
  const megabytes = ({ repetitions }: Point) =>
    repetitions.map(({ [SERVER]: figures }) => whole((figures?.residentBytes ?? Number.NaN) / 1e6)).join(', ');
  return `Memory after each repetition: ${megabytes(saturation)} MB; overloaded ${megabytes(overloaded)} MB.`;
}

function notesOn(best: number, figures: Figures | undefined): string[] {
  if (figures === undefined) return [];
  const { rowsPerSecond, latencyUs, refused, refusedLatencyUs, refusedOnceSentUs, unsent = 0 } = figures;
  const notes = [
    `Accepted: ${whole(rowsPerSecond)} a second, ${percent(rowsPerSecond / best)} of the best; p99 ${whole(latencyUs.p99)} us.`,
  ];
  if (refused > 0 && refusedLatencyUs !== undefined && refusedOnceSentUs !== undefined) {
    const { p50, p99 } = refusedLatencyUs;
    notes.push(
      `Refused: ${whole(refused)}, told after ${whole(p50)} us in the median, p99 ${whole(p99)} us; p99 from when they were sent ${whole(refusedOnceSentUs.p99)} us.`,
    );
  }
  if (unsent > 0) notes.push(`Not sent: ${whole(unsent)}, since ${CONNECTIONS.overload} others had no answer yet.`);
  return notes;
}
