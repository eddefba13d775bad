// @ts-check
/**
 * `run-files.mjs FILE…`: runs test files, as many at a time as there are cores, and writes what they say as TAP. It is a
 * test of tap's itself, with one subtest for each file: tap's command would load its compiler of TypeScript, its mocks
 * and its process tracking into each of them and into all that they start, at a second and a half of processor time
 * each, and built tests need none of these.
 */
import { availableParallelism } from 'node:os';
import t from 'tap';
import { LEAST_TEST_JOBS, TEST_FILE_TIMEOUT_MS } from '../limits.mjs';

t.jobs = Math.max(LEAST_TEST_JOBS, availableParallelism());
t.setTimeout(0);
// Of each test in a file; the file's own time is up first.
const env = { ...process.env, TAP_TIMEOUT: String(TEST_FILE_TIMEOUT_MS / 1_000) };
for (const file of process.argv.slice(2)) {
  // tap hands its process tracking on by this variable.
  const args = ['-u', 'NODE_OPTIONS', process.execPath, '--enable-source-maps', file];
  void t.spawn('env', args, { buffered: true, timeout: TEST_FILE_TIMEOUT_MS, env }, file);
}
