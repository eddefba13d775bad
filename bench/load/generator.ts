/** A load generator of ours as a process of its own, so that neither the bench nor a server shares its thread. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { watchBusy } from '../processes/busy.js';
import type { LoadResult } from './load-result.js';

/** What a generator says of its run, in its last line, of JSON. */
export type GeneratorReport = Omit<LoadResult, 'generatorBusy' | 'generatorCpuSeconds'>;

/** A generator that can tell it says so, in a line of its own, when half of what it records is past. */
export const HALFWAY = 'halfway';

/** A generator ended with a fault; the message holds what it said. */
export class GeneratorFailed extends Error {
  override readonly name = 'GeneratorFailed';
  readonly code = 'generator_failed';
}

/**
 * @param program file of `dist/bench/load/`
 * @param options what it reads as its only argument, as JSON
 * @param onHalfway called when it says `HALFWAY`, and waited for
 * @throws GeneratorFailed, or what `onHalfway` throws
 */
export async function runGenerator<Report extends GeneratorReport>(
  program: URL,
  options: object,
  onHalfway?: () => Promise<void>,
): Promise<Report & LoadResult> {
  const child = spawn(process.execPath, [program.pathname, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const busySoFar = watchBusy(child.pid ?? 0);
  try {
    const saying = lastLine(child.stdout, onHalfway);
    const [ended, said, complaints] = await Promise.all([code, saying, text(child.stderr)]);
    const busy = busySoFar();
    if (ended !== 0) {
      throw new GeneratorFailed(`The load generator ended with exit code ${ended}: ${complaints.trim()}`);
    }
    const report = JSON.parse(said) as Report;
    return { ...report, generatorBusy: busy.busiestThread, generatorCpuSeconds: busy.cpuSeconds };
  } finally {
    // It is still at work where `onHalfway` has failed.
    busySoFar();
    child.kill();
  }
}

async function lastLine(output: Readable, onHalfway: (() => Promise<void>) | undefined): Promise<string> {
  let last = '';
  for await (const line of createInterface(output)) {
    if (line === HALFWAY) await onHalfway?.();
    else last = line;
  }
  return last;
}
