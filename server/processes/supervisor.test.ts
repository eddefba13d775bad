/** The server in two real processes, as who runs it sees it. */
import t from 'tap';
import type { LogEntry } from '../../bench/server-process.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import { ALONE, healthOf, isThere, servedByTwo } from '../fixtures/served-by-two.js';
import { PROCESS_PAUSE_MS } from '../limits.js';
import { SHORTEST_ORDER } from '../openapi/example-order.js';

const { server, admin, environment, processes } = await servedByTwo(t);

t.test('another server gets the port if it may be shared and not otherwise', async (t) => {
  const PORT = new URL(server.url).port;
  const own = { ...environment, PORT, ADMIN_PORT: '', CACHE_DIR: await temporaryFolder(t) };
  for (const SERVER_PROCESSES of ['1', '2']) {
    await t.rejects(startTestServer(t, { ...own, SERVER_PROCESSES }), {
      message: /exit code 1 .*another program has that port/,
    });
  }
  const next = await startTestServer(t, { ...own, SERVER_PROCESSES: '1', ALLOW_SHARED_PORT: '1' });
  t.equal(next.url, server.url);
  t.equal(await next.stop(), 0);
});

t.test(
  'processes that end again and again are started ever more seldom, and health says how many are left',
  async (t) => {
    const pids = await processes();
    const seen: number[] = [...pids];
    const pauses: (number | undefined)[] = [];
    let [, pid] = pids;
    for (let killed = 0; killed < 3; killed++) {
      if (killed > 0) {
        const isNext = ({ msg, pid: one = 0 }: LogEntry) => msg === 'a process listens' && !seen.includes(one);
        pid = (await server.logged(isNext)).pid ?? 0;
        seen.push(pid);
      }
      process.kill(pid, 'SIGKILL');
      const ended = await server.logged((entry) => entry.msg === 'a process ended' && entry.pid === pid);
      pauses.push(ended.again_in_ms);
    }
    t.equal(pauses[0], 0);
    t.ok(Number(pauses[2]) >= PROCESS_PAUSE_MS);
    t.strictSame(
      await healthOf(admin),
      [200, { wanted: 2, serving: 1 }],
      'no connection comes to the one that is gone',
    );
    t.equal((await postOrder(server.url, SHORTEST_ORDER, ALONE)).status, 200);
  },
);

t.test('no process outlives the one that started it', async (t) => {
  const pids = await processes();
  process.kill(server.pid, 'SIGKILL');
  while (pids.some(isThere)) await new Promise(setImmediate);
  t.pass('they end by themselves');
});
