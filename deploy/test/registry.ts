/** A registry of images that wants to be signed in to, as Amazon ECR does: Debian's docker-registry. */
import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Test } from 'tap';
import type { Docker } from './docker.js';
import { REGISTRY } from './machine.js';
import type { PrivateHost } from './private-host.js';

const ADDRESS = '127.0.0.1:5000';
/** As of the daemon's: it ends with its input, and so however we end. */
const GUARD =
  '"$0" serve "$1" < /dev/null > /dev/null 2>&1 & registry=$!; read -r _; kill "$registry"; wait "$registry"';

export interface Registry {
  /** Pushes what the daemon knows as `image`, and gives the name by which its digest is pulled. */
  push(image: string): Promise<string>;
}

/** @param password of the user AWS, whom ECR's sign-in is for */
export async function startRegistry(
  t: Test,
  host: PrivateHost,
  docker: Docker,
  folder: string,
  password: string,
): Promise<Registry> {
  const htpasswd = join(folder, 'htpasswd');
  await writeFile(htpasswd, `AWS:${await bcrypt(password)}\n`);
  const config = join(folder, 'registry.yml');
  const settings = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(folder, 'registry') } },
    http: { addr: ADDRESS, secret: 'of-a-test' },
    auth: { htpasswd: { realm: 'test', path: htpasswd } },
  };
  // YAML is a superset of JSON.
  await writeFile(config, JSON.stringify(settings));
  const [program = '', ...before] = [...host.enter, 'sh'];
  const child = spawn(program, [...before, '-c', GUARD, REGISTRY, config], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  t.teardown(async () => {
    child.stdin.end();
    await ended;
  });
  await untilSignedIn(docker, password);
  return {
    async push(image) {
      const repository = `${ADDRESS}/food-eta`;
      const tag = `${repository}:${image.replaceAll(/[^a-z0-9]/g, '-')}`;
      await docker.run('tag', image, tag);
      const pushed = await docker.run('push', tag);
      const [, digest] = /digest: (sha256:[0-9a-f]{64})/.exec(pushed) ?? [];
      if (digest === undefined) throw new Error(`Docker does not say which digest it has pushed: ${pushed}`);
      return `${repository}@${digest}`;
    },
  };
}

async function untilSignedIn(docker: Docker, password: string): Promise<void> {
  for (let tries = 50; ; tries--) {
    try {
      await docker.run('login', '--username=AWS', `--password=${password}`, ADDRESS);
      return;
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** By Perl, which every Debian has and which asks the C library. */
async function bcrypt(password: string): Promise<string> {
  const program = 'print crypt($ENV{PASSWORD}, q($2y$04$abcdefghijklmnopqrstuu))';
  const { stdout } = await promisify(execFile)('perl', ['-e', program], { env: { PASSWORD: password } });
  return stdout;
}
