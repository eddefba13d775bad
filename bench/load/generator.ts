/** A load generator of ours as a process of its own, so that neither the bench nor a server shares its thread. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { watchBusy } from '../processes/busy.js';
import type { LoadResult } from './load-result.js';

/** What a generator says of its run, in one line of JSON. */
export type GeneratorReport = Omit<LoadResult, 'generatorBusy' | 'generatorCpuSeconds'>;

/** A generator ended with a fault; the message holds what it said. */
export class GeneratorFailed extends Error {
  override readonly name = 'GeneratorFailed';
  readonly code = 'generator_failed';
}

/**
 * @param program file of `dist/bench/load/`
 * @param options what it reads as its only argument, as JSON
 * @throws GeneratorFailed
 */
export async function runGenerator<Report extends GeneratorReport>(
  program: URL,
  options: object,
): Promise<Report & LoadResult> {
  const child = spawn(process.execPath, [program.pathname, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const busySoFar = watchBusy(child.pid ?? 0);
  const [ended, said, complaints] = await Promise.all([code, text(child.stdout), text(child.stderr)]);
  const busy = busySoFar();
  if (ended !== 0) throw new GeneratorFailed(`The load generator ended with exit code ${ended}: ${complaints.trim()}`);
  const report = JSON.parse(said) as Report;
  return { ...report, generatorBusy: busy.busiestThread, generatorCpuSeconds: busy.cpuSeconds };
}
