/** Programs of `dist/` as processes that are let run to their end, or killed before. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { withinTime } from './failure.js';

/** Seen from `dist/testing/soak/`. */
const PROJECT = fileURLToPath(new URL('../../../', import.meta.url));

export interface Ended {
  /** Null where it was killed. */
  readonly code: number | null;
  /** All that it said. */
  readonly said: string;
}

export interface Running {
  readonly ended: Promise<Ended>;
  /** SIGKILL; nothing happens to one that has ended. */
  kill(): void;
}

export function startProgram(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Running {
  const child = spawn(process.execPath, [join(PROJECT, 'dist', program), ...args], {
    cwd: PROJECT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(([code, stdout, stderr]) => ({
    code,
    said: `${stdout}${stderr}`.trim(),
  }));
  return { ended, kill: () => void child.kill('SIGKILL') };
}

/** Lets it run to its end. */
export function runToEnd(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<Ended> {
  return withinTime(program, startProgram(program, args, environment).ended);
}

/** @throws Error with what it said, where its exit code is another */
export function requireCode({ code, said }: Ended, expected: number, program: string): void {
  if (code !== expected) throw new Error(`${program} ended with exit code ${code} in place of ${expected}: ${said}`);
}
