// @ts-check
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const RUN_FILES = fileURLToPath(new URL('run-files.mjs', import.meta.url));
const FILE = `import t from 'tap';
t.test('counts to two', (t) => { t.pass(); t.end(); });
t.test('counts to three', (t) => { t.fail('not yet'); t.end(); });
`;

t.test('a filter chooses among the tests of a file, not among the files', async (t) => {
  const file = join(t.testdir({ 'a.test.mjs': FILE }), 'a.test.mjs');
  const runWith = (/** @type {NodeJS.ProcessEnv} */ filter) =>
    spawnSync(process.execPath, [RUN_FILES, file], { encoding: 'utf8', env: { ...process.env, ...filter } });
  const all = runWith({});
  t.equal(all.status, 1);
  t.match(all.stdout, /not ok \d+ - counts to three/);
  const one = runWith({ TAP_GREP: 'to two' });
  t.equal(one.status, 0, one.stdout);
  t.match(one.stdout, /ok 1 - counts to two # time=/);
  t.match(one.stdout, /ok 2 - counts to three # SKIP filter/);
});
