// @ts-check
/**
 * Sets up what is missing or out of date, and nothing else. With nothing to do it takes some milliseconds, writes
 * nothing and says nothing.
 */
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from './build.mjs';
import { run } from './child.mjs';
import { asFault } from './faults.mjs';
import { withLock } from './lock.mjs';
import { packages } from './packages.mjs';
import { step } from './progress.mjs';
import { python } from './python.mjs';
import { serverBinary } from './server-binary.mjs';
import { readStamp, removeStamp, writeStamp } from './stamp.mjs';

/**
 * @typedef {object} Step
 * @property {string} title what it does: "Installing packages"
 * @property {string} stamp file, inside the thing that is made
 * @property {(root: string) => string} inputs a fingerprint of all that the thing is made from; cheap
 * @property {(root: string) => boolean} [isIntact] whether the thing itself still works; cheap
 * @property {() => Promise<void>} [check] throws a Fault if the work cannot be done on this machine
 * @property {(context: Context) => Promise<void>} work makes the thing; throws a Fault if that fails
 *
 * @typedef {object} Context
 * @property {string} root the checkout
 * @property {boolean} wasComplete whether the thing was finished before, though from other inputs
 * @property {import('./progress.mjs').Say} say
 * @property {(program: string, args: string[], env?: NodeJS.ProcessEnv) => ReturnType<typeof run>} run runs a program
 */

/** In the order in which they need each other. */
export const STEPS = Object.freeze({ packages, serverBinary, build, python });

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What set-up keeps for itself while it is at work. */
export const STATE = join(ROOT, '.setup');

/**
 * @param {Step[]} steps
 * @throws {import('./faults.mjs').Fault} if a step cannot be done
 */
export async function prepare(steps = Object.values(STEPS)) {
  const waiting = steps.filter((one) => !isDone(one));
  if (waiting.length === 0) return;
  try {
    accessSync(ROOT, constants.W_OK);
    // All that may be missing on this machine is told before the first download.
    for (const one of waiting) await one.check?.();
    await withLock(STATE, async (lock) => {
      // Asked again: whoever had the lock may have done it.
      for (const one of steps) if (!isDone(one)) await make(one, lock);
    });
  } catch (error) {
    throw asFault(error);
  }
}

/**
 * Whether what the step makes is there, whole, and made from what there is now.
 * @param {Step} one
 */
export function isDone(one) {
  return readStamp(join(ROOT, one.stamp)) === one.inputs(ROOT) && (one.isIntact?.(ROOT) ?? true);
}

/**
 * @param {Step} one
 * @param {import('./lock.mjs').Lock} lock
 */
async function make(one, lock) {
  const stamp = join(ROOT, one.stamp);
  const wasComplete = readStamp(stamp) !== undefined;
  removeStamp(stamp);
  // Taken before the work, since a source that changes meanwhile must count as changed.
  const inputs = one.inputs(ROOT);
  await step(one.title, (say) =>
    one.work({
      root: ROOT,
      wasComplete,
      say,
      run: (program, args, env) => run(program, args, { cwd: ROOT, env, onStart: lock.noteChild }),
    }),
  );
  writeStamp(stamp, inputs);
}
