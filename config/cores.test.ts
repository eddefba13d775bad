import { availableParallelism } from 'node:os';
import t from 'tap';
import { coresAllowed, processesFor } from './cores.js';

const BOUND = 8;
const allowed = (files: Readonly<Record<string, string>>) => coresAllowed((path) => files[path], BOUND);

t.test('without a quota it is the cores that the program is bound to', async (t) => {
  t.equal(allowed({}), BOUND, 'nothing can be read');
  t.equal(allowed({ '/proc/self/cgroup': '0::/\n' }), BOUND);
  t.equal(allowed({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': 'max 100000\n' }), BOUND);
  t.equal(allowed({ '/proc/self/cgroup': 'no such format', '/sys/fs/cgroup/cpu.max': '1 1' }), BOUND);
});

t.test('the quota of a container is that of the root it sees (version 2)', async (t) => {
  const files = (max: string) => ({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': max });
  t.equal(allowed(files('200000 100000\n')), 2);
  t.equal(allowed(files('50000 100000\n')), 0.5);
  t.equal(allowed(files('6400000 100000\n')), BOUND, 'more than there are');
});

t.test('of several levels the strictest counts', async (t) => {
  const files = {
    '/proc/self/cgroup': '0::/kubepods.slice/pod1/main\n',
    '/sys/fs/cgroup/kubepods.slice/cpu.max': '700000 100000\n',
    '/sys/fs/cgroup/kubepods.slice/pod1/cpu.max': '300000 100000\n',
    '/sys/fs/cgroup/kubepods.slice/pod1/main/cpu.max': 'max 100000\n',
  };
  t.equal(allowed(files), 3);
});

t.test('version 1, with the controller in a folder of either name, alone or beside version 2', async (t) => {
  const cgroup = '4:cpu,cpuacct:/docker/abc\n2:cpuset:/docker/abc\n0::/\n';
  t.equal(
    allowed({
      '/proc/self/cgroup': cgroup,
      '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_quota_us': '150000\n',
      '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.cfs_period_us': '100000\n',
    }),
    1.5,
  );
  t.equal(
    allowed({
      '/proc/self/cgroup': cgroup,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '400000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    }),
    4,
    'the path of the host is not there',
  );
  t.equal(
    allowed({
      '/proc/self/cgroup': cgroup,
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    }),
    BOUND,
    '-1 is none',
  );
});

t.test('of this system it can be told', async (t) => {
  const cores = coresAllowed();
  t.ok(cores > 0 && cores <= availableParallelism());
});

t.test('a process for every two cores, and one at least', async (t) => {
  t.strictSame([0.5, 1, 2, 3.9, 4, 7, 64].map(processesFor), [1, 1, 1, 1, 2, 3, 32]);
});
