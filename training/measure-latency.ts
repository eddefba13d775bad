/** Has the bench measure a version over HTTP, as a process of its own. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { PartialOrder } from '../features/order.js';
import { formatModelUri } from '../registry/model-uri.js';
import { PipelineError } from './errors.js';

/** Seen from `dist/training/`. */
const BENCH = fileURLToPath(new URL('../bench/gate-figures.js', import.meta.url));

/** What the bench prints, as far as promotion uses it. */
export interface Latency {
  readonly at_requests_per_second: number;
  readonly requests: number;
  readonly requests_per_second: number;
  readonly refused: number;
  readonly errors: number;
  readonly unsent: number;
  /** From when a request was due. */
  readonly avg_latency_ms: number;
  readonly p50_latency_ms: number;
  readonly p99_latency_ms: number;
  readonly max_latency_ms: number;
  /** Of a prediction, over an answer by a server that only parses. */
  readonly cpu_ratio_to_bare: number;
  readonly cpu_us_per_prediction: number;
}

/**
 * @param requestsPerSecond the rate at which latency is measured
 * @param orders distinct ones, which the bench sends in turn
 * @throws PipelineError `latency_unmeasured` where the version could not be served, or refused what it was asked
 */
export async function measureLatency(
  name: string,
  version: number,
  requestsPerSecond: number,
  orders: readonly PartialOrder[],
): Promise<Latency> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-latency-'));
  try {
    const file = join(folder, 'orders.ndjson');
    await writeFile(file, orders.map((order) => JSON.stringify(order)).join('\n'));
    const what = ['--model-uri', formatModelUri({ name, version }), '--orders', file];
    const args = [BENCH, ...what, '--requests-per-second', String(requestsPerSecond)];
    const latency = JSON.parse(await runNode(args, { CACHE_DIR: folder, SHADOW_ALIAS: '' })) as Latency;
    requireAnswered(latency);
    return latency;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function requireAnswered({ requests, refused, errors, unsent, ...latency }: Latency): void {
  if (refused === 0 && errors === 0 && unsent === 0 && requests > 0) return;
  throw new PipelineError(
    'latency_unmeasured',
    `Of the requests sent to measure latency, ${latency.at_requests_per_second} a second, ${refused} were refused and ` +
      `${errors} had no answer; ${unsent} could not be sent before the time was up; ${requests} were answered.`,
  );
}

/** @param settings environment variables over those of this process */
async function runNode(args: readonly string[], settings: NodeJS.ProcessEnv): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, args, { env: { ...process.env, ...settings } })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new PipelineError('latency_unmeasured', `The bench could not measure the latency: ${said}`);
  }
}
