/** More connections than anyone should have. See docs/http.md for what is promised. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { until } from '../workers/fixtures/until.js';
import { HostileServer } from './fixtures/hostile-server.js';
import { answersTo, get, ORDER_TEXT, post, RawClient } from './fixtures/raw-client.js';

const IDLE_CLIENTS = fileURLToPath(new URL('./fixtures/idle-clients.js', import.meta.url));
const CONNECTIONS = 10_000;
const PROCESSES = 2;
/** Beyond the connections: the program's own files, and one's neighbours'. */
const SPARE_DESCRIPTORS = 1_000;

const server = await HostileServer.start(t);
const { url, pid } = server;

/** Files that a process started from here may have open. */
const descriptors = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' }).replace('unlimited', '1e9'));

async function openIdle(count: number): Promise<{ close(): Promise<void> }> {
  const { hostname, port } = new URL(url);
  const child = spawn(process.execPath, [IDLE_CLIENTS, hostname, port, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit.then(() => Promise.reject(new Error('no connections')))]);
  return {
    async close() {
      child.stdin.end();
      await exit;
    },
  };
}

const tooFew = descriptors < CONNECTIONS + SPARE_DESCRIPTORS && `a process may have ${descriptors} files open here`;

server.attack(
  'ten thousand idle connections keep nobody waiting, and are gone when they are gone',
  async (t) => {
    const before = server.sockets();
    const crowds = await Promise.all(Array.from({ length: PROCESSES }, () => openIdle(CONNECTIONS / PROCESSES)));
    // A connection is made by the system, before the server has it.
    await until(() => server.sockets() === before + CONNECTIONS);
    for (let request = 0; request < 50; request++) {
      t.equal((await answersTo(url, post(ORDER_TEXT)))[0]?.status, 200);
    }
    for (const crowd of crowds) await crowd.close();
  },
  { skip: tooFew },
);

server.attack('a server that may have no more connections goes on with those that it has', async (t) => {
  const established = await RawClient.open(url);
  await established.write(get());
  t.equal((await established.answer())?.status, 200);
  const open = Number(execFileSync('sh', ['-c', `ls /proc/${pid}/fd | wc -l`], { encoding: 'utf8' }));
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${open + 50}:`]);
  const crowd = await openIdle(200);
  for (let request = 0; request < 20; request++) {
    await established.write(post(ORDER_TEXT));
    t.equal((await established.answer())?.status, 200);
  }
  await crowd.close();
  established.destroy();
});

server.attack('after all that the server has all its places', async (t) => {
  execFileSync('prlimit', ['--pid', String(pid), `--nofile=${descriptors}:`]);
  await server.hasItsPlaces(t);
});
