import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { withoutDocker } from './machine.js';

const missing = withoutDocker();
if (missing !== undefined) {
  t.plan(0, missing);
  process.exit();
}

const MACHINE = fileURLToPath(new URL('./machine.js', import.meta.url));
const ASK = `const { withoutDocker } = await import(${JSON.stringify(MACHINE)}); console.log(withoutDocker());`;

t.test('root without what containers need is told so, and the tests are skipped', async (t) => {
  const hide = 'umount -l /sys/fs/cgroup && exec "$@"';
  const args = ['--mount', 'sh', '-c', hide, 'sh', process.execPath, '--input-type=module', '--eval', ASK];
  const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8' });
  t.match(stdout, /^Docker cannot be used on this machine: .*cgroup/, stderr);
});

t.test('and finding out leaves nothing behind', async (t) => {
  t.equal(withoutDocker(), undefined);
  t.notMatch(readFileSync('/proc/mounts', 'utf8'), 'food-eta-probe');
});
