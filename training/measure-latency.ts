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
const BENCH = fileURLToPath(new URL('../bench/latency.js', import.meta.url));

/** What the bench prints, as far as promotion uses it. */
export interface Latency {
  readonly requests: number;
  readonly refused: number;
  readonly errors: number;
  readonly avg_latency_ms: number;
  readonly p99_latency_ms: number;
  readonly requests_per_second: number;
}

/**
 * @param orders distinct ones, which the bench sends in turn
 * @throws PipelineError `latency_unmeasured` where the version could not be served, or refused what it was asked
 */
export async function measureLatency(name: string, version: number, orders: readonly PartialOrder[]): Promise<Latency> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-latency-'));
  try {
    const file = join(folder, 'orders.ndjson');
    await writeFile(file, orders.map((order) => JSON.stringify(order)).join('\n'));
    const args = [BENCH, '--model-uri', formatModelUri({ name, version }), '--orders', file];
    const latency = JSON.parse(await runNode(args, { CACHE_DIR: folder, SHADOW_ALIAS: '' })) as Latency;
    if (latency.refused > 0 || latency.errors > 0 || latency.requests === 0) {
      throw new PipelineError(
        'latency_unmeasured',
        `Of the requests sent to measure latency ${latency.refused} were refused and ${latency.errors} had no answer; ` +
          `${latency.requests} were answered.`,
      );
    }
    return latency;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
