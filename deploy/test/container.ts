/** A container of the image as it is to be run: without rights, without a root that can be written to, with limits. */
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import type { Docker } from './docker.js';

const HARDENED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=1g',
  '--pids-limit=256',
  '--log-opt=max-size=10m',
];
/** Oftener than the image says, for tests that wait for it. */
const HEALTH_INTERVAL = '--health-interval=1s';

export interface State {
  readonly Running: boolean;
  readonly Pid: number;
  readonly ExitCode: number;
  readonly OOMKilled: boolean;
  readonly Health: { readonly Status: string; readonly Log: readonly { readonly Output: string }[] };
}

export interface Container {
  readonly id: string;
  readonly url: string;
  state(): Promise<State>;
  restarts(): Promise<number>;
  /** Its log, line by line. */
  logged(): Promise<readonly { readonly level: number; readonly msg: string }[]>;
}

/**
 * Starts one on a port of 127.0.0.1 that was free, and removes it after the test.
 * @param settings environment variables
 */
export async function runContainer(
  t: Test,
  docker: Docker,
  image: string,
  settings: Readonly<Record<string, string>> = {},
  options: readonly string[] = [],
): Promise<Container> {
  const port = await freePort();
  const variables = Object.entries({ HOST: '127.0.0.1', PORT: String(port), SERVER_PROCESSES: '1', ...settings });
  const environment = variables.map(([name, value]) => `--env=${name}=${value}`);
  const all = [...HARDENED, HEALTH_INTERVAL, '--network=host', ...environment, ...options];
  const id = await docker.run('run', '--detach', ...all, image);
  t.teardown(() => docker.run('rm', '--force', '--volumes', id));
  const inspect = (what: string) => docker.run('inspect', '--format', `{{json .${what}}}`, id);
  return {
    id,
    url: `http://127.0.0.1:${port}`,
    state: async () => JSON.parse(await inspect('State')) as State,
    restarts: async () => Number(await inspect('RestartCount')),
    logged: async () =>
      (await docker.run('logs', id))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as { level: number; msg: string }),
  };
}

/** Asks until the answer has this status, and gives it; what cannot be reached yet is asked again. */
export async function untilAnswered(url: string, status: number): Promise<Response> {
  for (;;) {
    try {
      const response = await fetch(url);
      if (response.status === status) return response;
      await response.arrayBuffer();
    } catch (error) {
      // What fetch throws where nobody listens yet.
      if (!(error instanceof TypeError)) throw error;
    }
    await delay(20);
  }
}

/** Waits for what only asking again tells. The time-out of the test bounds it. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50);
}

/** With the network of this machine a container takes a port that nobody has: one that the system has just given. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
