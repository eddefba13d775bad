// @ts-check
/** Runs tap: with its own display on a terminal, with a line for each test file elsewhere. */
import { createReadStream, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { run } from './child.mjs';
import { faultOf, tell } from './faults.mjs';
import { withLock } from './lock.mjs';
import { ROOT, STATE } from './prepare.mjs';
import { step } from './progress.mjs';
import { TapSummary } from './tap-summary.mjs';

const TAP = join(ROOT, 'node_modules/.bin/tap');
const PREPARATION = 'dist/testing/prepare.js';

/** @param {string[]} args for tap: test files, `--grep=…` */
export async function runTests(args) {
  const isPrepared = await prepareTests();
  const tapArgs = args.map(builtFile);
  /** @type {typeof import('../testing/peers.js')} */
  const { startPeers } = await import(pathToFileURL(join(ROOT, 'dist/testing/peers.js')).href);
  const peers = await startPeers(args.length === 0 ? ['open', 'auth'] : []);
  const env = { ...process.env, ...peers.variables };
  const ownDisplay = process.stdout.isTTY || args.some((arg) => /^(--reporter|-R)/.test(arg));
  const summary = await (ownDisplay ? displayedByTap(tapArgs, env) : displayedByUs(tapArgs, env)).finally(peers.stop);
  // What has nothing to do with it is worth running all the same.
  if (!isPrepared) summary.failed.unshift({ name: PREPARATION, reason: 'failed, see above' });
  return summary;
}

/**
 * Makes what tests share, once and before they run side by side. Not by the `before` of tap, which measures its coverage
 * whatever the settings say, slowly, and fails for it.
 */
async function prepareTests() {
  const title = 'Training the model that tests share';
  const end = await step(title, () => withLock(STATE, runPreparation), { silentForMs: 1_000 });
  if (end.code === 0) return true;
  tell(faultOf(title, end));
  return false;
}

/** @param {import('./lock.mjs').Lock} lock */
function runPreparation(lock) {
  return run(process.execPath, [PREPARATION], { cwd: ROOT, onStart: lock.noteChild });
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function displayedByTap(args, env) {
  mkdirSync(STATE, { recursive: true });
  const file = join(STATE, `tests-${process.pid}.tap`);
  const summary = new TapSummary();
  try {
    const options = ['--reporter=base', `--output-file=${file}`];
    const end = await run(process.execPath, [TAP, ...options, ...args], { cwd: ROOT, env, output: 'inherit' });
    if (existsSync(file))
      for await (const line of createInterface({ input: createReadStream(file) })) summary.line(line);
    summary.end(end);
  } finally {
    rmSync(file, { force: true });
  }
  return summary;
}

/**
 * tap's own displays rewrite what they wrote, and lose much of it in a log.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function displayedByUs(args, env) {
  const summary = new TapSummary((line) => console.log(line));
  const onLine = summary.line.bind(summary);
  summary.end(await run(process.execPath, [TAP, '--reporter=tap', ...args], { cwd: ROOT, env, onLine }));
  return summary;
}

/**
 * Tests are named by their source and run as they were built.
 * @param {string} arg
 */
function builtFile(arg) {
  return arg.endsWith('.test.ts') ? join('dist', arg.replace(/\.ts$/, '.js')) : arg;
}
