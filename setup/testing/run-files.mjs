// @ts-check
/**
 * `run-files.mjs FILE…`: runs test files, as many at a time as there are cores, and writes what they say as TAP. It is a
 * test of tap's itself, with one subtest for each file: tap's command would load its compiler of TypeScript, its mocks
 * and its process tracking into each of them and into all that they start, at a second and a half of processor time
 * each, and built tests need none of these.
 */
import { availableParallelism } from 'node:os';
import { LEAST_TEST_JOBS, TEST_FILE_TIMEOUT_MS } from '../limits.mjs';

// Of each test in a file; the file's own time is up first.
const env = { ...process.env, TAP_TIMEOUT: String(TEST_FILE_TIMEOUT_MS / 1_000) };
// Filters are for the tests in the files; here, where the files are the tests, tap must not find them when it is loaded.
for (const filter of ['TAP_GREP', 'TAP_ONLY']) delete process.env[filter];
const { default: t } = await import('tap');

t.jobs = Math.max(LEAST_TEST_JOBS, availableParallelism());
t.setTimeout(0);
for (const file of process.argv.slice(2)) {
  // tap hands its process tracking on by this variable.
  const args = ['-u', 'NODE_OPTIONS', process.execPath, '--enable-source-maps', file];
  void t.spawn('env', args, { buffered: true, timeout: TEST_FILE_TIMEOUT_MS, env }, file);
}
