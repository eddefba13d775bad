// @ts-check
/**
 * Runs another program as a process group of its own, so that it is ended with everything it started when we are.
 * Its output is kept back, for a fault to show the end of it, or handed on.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { Fault } from './faults.mjs';
import { GRACE_MS, OUTPUT_CHARS } from './limits.mjs';

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * @typedef {object} Options
 * @property {string} cwd
 * @property {NodeJS.ProcessEnv | undefined} [env] that of this process by default
 * @property {'keep' | 'inherit'} [output] 'keep' (the default) hides the output and returns its end
 * @property {(line: string) => void} [onLine] gets stdout line by line; stderr is shown
 * @property {(pid: number) => void} [onStart]
 */

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Options} options
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, output: string }>}
 * @throws Fault if there is no such program
 */
export async function run(program, args, { cwd, env = process.env, output = 'keep', onLine, onStart }) {
  const keep = output === 'keep' && onLine === undefined;
  const child = spawn(program, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', output === 'inherit' ? 'inherit' : 'pipe', keep ? 'pipe' : 'inherit'],
  });
  const stopWithUs = endGroupWithUs(child);
  let kept = '';
  /** @param {string} text */
  const add = (text) => {
    kept = (kept + text).slice(-OUTPUT_CHARS);
  };
  if (keep) for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', add);
  const lines = onLine && child.stdout ? createInterface({ input: child.stdout }).on('line', onLine) : undefined;
  const linesRead = lines && new Promise((resolve) => lines.once('close', resolve));
  try {
    if (child.pid !== undefined) onStart?.(child.pid);
    /** @type {[number | null, NodeJS.Signals | null]} */
    const [code, signal] = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (...end) => resolve(end));
    });
    await linesRead;
    return { code, signal, output: kept };
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error;
    throw new Fault(`${program} cannot be found: install it, or add its folder to PATH.`);
  } finally {
    stopWithUs();
  }
}

/**
 * Passes a signal that is meant to end us on to the child's group, and ends us once the child has ended. Whatever way we
 * end, the group does not outlive us.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {() => void} to be called when the child has ended
 */
function endGroupWithUs(child) {
  /** @type {NodeJS.Signals | undefined} */
  let stoppedBy;
  /** @param {NodeJS.Signals} signal */
  const kill = (signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
    }
  };
  const killOnExit = () => kill('SIGKILL');
  /** @param {NodeJS.Signals} signal */
  const stop = (signal) => {
    // Ctrl-C comes twice under npm, from the terminal and from npm.
    if (stoppedBy !== undefined) return;
    stoppedBy = signal;
    kill('SIGTERM');
    setTimeout(killOnExit, GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  process.on('exit', killOnExit);
  return () => {
    for (const signal of SIGNALS) process.off(signal, stop);
    process.off('exit', killOnExit);
    if (stoppedBy === undefined) return;
    process.stderr.write('\nStopped.\n');
    process.exit(128 + constants.signals[stoppedBy]);
  };
}
