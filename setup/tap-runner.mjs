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
  const summary = new TapSummary((line) => console.log(line));
  const chosen = files.length === 0 ? allTestFiles(ROOT) : files;
  const env = { ...process.env, ...peers.variables, ...filter };
  const onLine = summary.line.bind(summary);
  summary.end(
    await run(process.execPath, [RUN_FILES, ...chosen], { cwd: ROOT, env, onLine }).finally(() => peers.stop()),
  );
  // What has nothing to do with it is worth running all the same.
  if (!isPrepared) summary.failed.unshift({ name: PREPARATION, reason: 'failed, see above' });
  return summary;
}

/**
 * Makes what tests share, once and before they run side by side.
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
