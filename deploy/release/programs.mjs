// @ts-check
/** Runs the programs that releasing consists of: git, docker, skopeo and aws, each found by PATH. */
import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { Fault } from '../../setup/faults.mjs';
import { OUTPUT_BYTES } from './limits.mjs';

/**
 * @typedef {object} Options
 * @property {string} [cwd]
 * @property {string | Buffer} [input] what it reads
 * @property {NodeJS.ProcessEnv} [env] beside ours
 * @property {boolean} [shown] whether what it says of its progress is shown as it comes
 */

/** What a program said that ended with another code than 0. */
export class ProgramFailed extends Fault {
  /** @readonly @type {string} what it said of it */
  said;

  /**
   * @param {string} what
   * @param {string} said
   */
  constructor(what, said) {
    super(`${what} failed.`, said.trimEnd());
    this.said = said;
  }
}

/**
 * Runs it to its end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Options} [options]
 * @returns {Promise<Buffer>} what it wrote
 * @throws Fault where it is not there; ProgramFailed where it ends otherwise than with 0
 */
export async function outputOf(program, args, { cwd, input = '', env = {}, shown = false } = {}) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', shown ? 'inherit' : 'pipe'],
  });
  /** @type {Promise<NodeJS.Signals | number | null>} */
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  // A program that ends before it has read all says by its exit code whether that was right.
  child.stdin?.on('error', () => child.stdin?.destroy());
  child.stdin?.end(input);
  try {
    const [written, complaint, end] = await Promise.all([
      child.stdout && buffer(child.stdout),
      child.stderr ? buffer(child.stderr) : Buffer.from(''),
      ended,
    ]);
    if (end !== 0) throw new ProgramFailed(`\`${[program, ...args.slice(0, 2)].join(' ')}\``, `${complaint}`);
    if (written === null || written.length > OUTPUT_BYTES) throw new Fault(`${program} said more than can be read.`);
    return written;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Fault(`${program} cannot be found: install it, or add its folder to PATH.`);
    }
    throw error;
  }
}

/**
 * The same, as text without the line end.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {Options} [options]
 */
export async function textOf(program, args, options) {
  return `${await outputOf(program, args, options)}`.trimEnd();
}

/** Progress goes to the standard error: what a program here writes to the other is its result. @param {string} line */
export function say(line) {
  process.stderr.write(`${line}\n`);
}
