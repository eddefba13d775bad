/**
 * Closed-loop load by `wrk`, a process of its own: each connection sends its next order when it has the answer to the
 * one before. One thread of it makes several times the load that a generator in JavaScript can.
 */
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { watchBusy } from '../processes/busy.js';
import type { LoadResult } from './load-result.js';

/** Seen from `dist/bench/load/`; it is not built. */
const SCRIPT = fileURLToPath(new URL('../../../bench/load/orders.lua', import.meta.url));

/** The load to make, which begins at once and is recorded from then on. */
export interface WrkOptions {
  /** Address of the server, without a path. */
  readonly url: string;
  /** One order, as JSON, a line. */
  readonly ordersFile: string;
  /** Each with one request in flight. */
  readonly connections: number;
  /** Whole ones. */
  readonly seconds: number;
  /** Default `/predict`. */
  readonly path?: string;
  /** More than one sends JSON arrays of orders. */
  readonly ordersEach?: number;
  /** Default 1. */
  readonly threads?: number;
}

/** wrk ended with a fault; the message holds what it said. */
export class WrkFailed extends Error {
  override readonly name = 'WrkFailed';
  readonly code = 'wrk_failed';
}

interface WrkSummary {
  readonly requests: number;
  readonly microseconds: number;
  readonly refused: number;
  readonly errors: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Whether there is a `wrk` in the path; starts it to find out. */
export function isWrkInstalled(): boolean {
  return spawnSync('wrk', ['--version'], { stdio: 'ignore' }).error === undefined;
}

/** @throws WrkFailed */
export async function runWrk(options: WrkOptions): Promise<LoadResult> {
  const { url, ordersFile, connections, seconds, path = '/predict', ordersEach = 1, threads = 1 } = options;
  const limits = ['-t', String(threads), '-c', String(connections), '-d', `${seconds}s`];
  const args = [...limits, '-s', SCRIPT, `${url}${path}`, '--', ordersFile, String(ordersEach)];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new WrkFailed(`wrk cannot be run: ${error.message}`)));
    child.once('close', resolve);
  });
  const busySoFar = watchBusy(child.pid ?? 0);
  const [ended, said, complaints] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  const busy = busySoFar();
  const line = said.split('\n').find((candidate) => candidate.startsWith('{'));
  if (ended !== 0 || line === undefined) {
    throw new WrkFailed(`wrk ended with exit code ${ended}: ${`${complaints}\n${said}`.trim()}`);
  }
  const { requests, microseconds, refused, errors, ...latencyUs } = JSON.parse(line) as WrkSummary;
  const measuredSeconds = microseconds / 1_000_000;
  return {
    seconds: measuredSeconds,
    answered: requests - refused,
    answeredInAll: requests - refused,
    refused,
    errors,
    requestsPerSecond: (requests - refused) / measuredSeconds,
    latencyUs,
    generatorBusy: busy.busiestThread,
    generatorCpuSeconds: busy.cpuSeconds,
  };
}
