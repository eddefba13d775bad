// @ts-check
/** Runs tests with tap, and tells of each test file in a line. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { run } from './child.mjs';
import { faultOf, tell } from './faults.mjs';
import { withLock } from './lock.mjs';
import { ROOT, STATE } from './prepare.mjs';
import { step } from './progress.mjs';
import { TapSummary } from './tap-summary.mjs';
import { allTestFiles, checkTestFiles } from './test-arguments.mjs';

const RUN_FILES = join(ROOT, 'setup/testing/run-files.mjs');
const PREPARATION = 'dist/testing/prepare.js';

/** @param {import('./test-arguments.mjs').TestArguments} args */
export async function runTests({ files, filter }) {
  checkTestFiles(ROOT, files);
  const isPrepared = await prepareTests();
  /** @type {typeof import('../testing/peers.js')} */
  const { startPeers } = await import(pathToFileURL(join(ROOT, 'dist/testing/peers.js')).href);
  const peers = await startPeers(files.length === 0 ? ['open', 'auth'] : []);
  const chosen = files.length === 0 ? allTestFiles(ROOT) : files;
  const env = { ...process.env, ...peers.variables, ...filter };
  const summary = await runFiles(chosen, env).finally(() => peers.stop());
  // What has nothing to do with it is worth running all the same.
  if (!isPrepared) summary.failed.unshift({ name: PREPARATION, reason: 'failed, see above' });
  return summary;
}

/**
 * Runs these files and nothing else.
 * @param {readonly string[]} files
 * @param {NodeJS.ProcessEnv} env
 */
export async function runFiles(files, env) {
  const summary = new TapSummary((line) => console.log(line));
  const onLine = summary.line.bind(summary);
  summary.end(await run(process.execPath, [RUN_FILES, ...files], { cwd: ROOT, env, onLine }));
  return summary;
}

/**
 * Says what was skipped and what failed, closes with the sums, and has the process end with 1 for a failure.
 * @param {TapSummary} summary
 */
export function report(summary) {
  // What a filter on the command line left out was left out on purpose.
  const skipped = summary.skipped.filter(({ reason }) => !reason.startsWith('filter'));
  list('Skipped', skipped);
  list('Failed', summary.failed);
  console.log(`\n${summary}`);
  process.exitCode = summary.failed.length === 0 ? 0 : 1;
}

/**
 * @param {string} heading
 * @param {import('./tap-summary.mjs').Finding[]} findings
 */
function list(heading, findings) {
  if (findings.length > 0) console.log(`\n${heading}:`);
  for (const { name, reason } of findings) console.log(`  ${name}${reason && `: ${reason}`}`);
}

/** Makes what tests share, once and before they run side by side. */
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
