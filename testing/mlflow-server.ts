/** A real tracking server of MLflow, from the environment in `.venv-peers/mlflow`, with a database of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Seen from `dist/testing/`. */
const MLFLOW = fileURLToPath(new URL('../../.venv-peers/mlflow', import.meta.url));

/** `auth`: with basic authentication, where everybody may read and the administrator may do anything. */
export type MlflowKind = 'open' | 'auth';

/** Who may do anything with a server of the kind `auth`. */
export const ADMIN = { username: 'admin', password: 'a-pass-phrase-for-tests' } as const;

export interface MlflowServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The shell around the server ends with its whole process group as soon as the server does, or its own input: that is
 * a pipe from us, so nothing stays behind however we end, the folder neither.
 */
const GUARD = 'end() { rm -rf "$0"; kill -KILL 0; }; ("$@" < /dev/null 2>&1; end) & read -r _; end';

/** Starts a server on a port that the system chooses and waits until it answers: 5 to 25 s. */
export async function startMlflowServer(kind: MlflowKind): Promise<MlflowServer> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-mlflow-'));
  const command = [join(MLFLOW, 'bin/mlflow'), 'server', ...(await options(folder, kind))];
  const child = spawn('sh', ['-c', GUARD, folder, ...command], {
    cwd: folder,
    detached: true,
    env: environment(folder),
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const said: string[] = [];
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      if (said.push(line) > 30) said.shift();
      const [, found] = /Uvicorn running on (http:\S+)/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    void ended.then(() => reject(new Error(`MLflow did not start:\n${said.join('\n')}`)));
  });
  return {
    url,
    async stop() {
      child.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function options(folder: string, kind: MlflowKind): Promise<string[]> {
  const stores = ['--backend-store-uri', `sqlite:///${folder}/db`, '--artifacts-destination', `${folder}/artifacts`];
  const all = ['--host', '127.0.0.1', '--port', '0', '--workers', '1', ...stores];
  if (kind === 'open') return all;
  const settings = [
    '[mlflow]',
    'default_permission = READ',
    `database_uri = sqlite:///${folder}/users`,
    `admin_username = ${ADMIN.username}`,
    `admin_password = ${ADMIN.password}`,
    'authorization_function = mlflow.server.auth:authenticate_request_basic_auth',
    // Else every request costs a third of a second, on purpose.
    'auth_cache_ttl_seconds = 600',
  ];
  await writeFile(join(folder, 'auth.ini'), settings.join('\n'));
  return [...all, '--app-name', 'basic-auth'];
}

function environment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: folder,
    MLFLOW_AUTH_CONFIG_PATH: join(folder, 'auth.ini'),
    MLFLOW_FLASK_SERVER_SECRET_KEY: 'for-tests',
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    MLFLOW_DISABLE_TELEMETRY: 'true',
    // Webhooks to servers of tests, heard at once: else a new one is found after a minute.
    MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http,https',
    MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
    MLFLOW_WEBHOOK_CACHE_TTL: '1',
    MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: randomBytes(32).toString('base64url').padEnd(44, '='),
  };
}
