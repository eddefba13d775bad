// @ts-check
/** A small checkout in a scratch folder for the tests of set-up, with stand-ins for npm and Python and no network. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const SETUP = fileURLToPath(new URL('..', import.meta.url));

/** @typedef {{ code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string }} End */

export class Checkout {
  /** @readonly @type {string} */
  root;

  /** @param {import('tap').Test} t */
  constructor(t) {
    this.root = t.testdir({
      'package.json': readFileSync(join(SETUP, '../package.json'), 'utf8'),
      'package-lock.json': '{}',
      'tsconfig.json': '{ "include": ["features", "testing/*.ts"] }',
      features: { 'order.ts': '', 'order.test.ts': '' },
      testing: {
        'prepare.ts': '',
        'peers.ts': '',
        mlflow: { 'requirements.txt': '' },
        triton: { 'requirements.txt': '' },
        httpx: { 'requirements.txt': '' },
        'cfn-lint': { 'requirements.txt': '' },
        dvc: { 'requirements.txt': '' },
        aws: { 'requirements.txt': '' },
        linters: { 'requirements.txt': '' },
      },
      training: { 'requirements.txt': '' },
      bin: {},
    });
    cpSync(SETUP, this.path('setup'), { recursive: true, filter: (path) => !/\.test\.mjs$|testing$/.test(path) });
    const fakeTool = join(SETUP, 'testing/fake-tool.mjs');
    symlinkSync(fakeTool, this.path('bin/npm-cli.js'));
    mkdirSync(this.path('setup/testing'));
    symlinkSync(fakeTool, this.path('setup/testing/run-files.mjs'));
    symlinkSync(join(SETUP, 'testing/fake-python.sh'), this.path('bin/python3'));
  }

  /** @param {string} name */
  path(name) {
    return join(this.root, name);
  }

  /** @param {string} name */
  has(name) {
    return existsSync(this.path(name));
  }

  /**
   * @param {string} name
   * @param {string} text
   */
  write(name, text) {
    mkdirSync(join(this.path(name), '..'), { recursive: true });
    writeFileSync(this.path(name), text);
  }

  /** @param {string} name */
  remove(name) {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  /**
   * The programs that were called since this was last asked, each with its arguments.
   * @returns {string[]}
   */
  calls() {
    if (!this.has('calls.log')) return [];
    const log = readFileSync(this.path('calls.log'), 'utf8');
    this.remove('calls.log');
    return log.trimEnd().split('\n');
  }

  /**
   * Starts a command of set-up: `setup/setup.mjs`, and its arguments.
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  start(args, env = {}) {
    const child = spawn(process.execPath, args, {
      cwd: this.root,
      // Nothing of the environment that tests run in, and no PATH but ours.
      env: { PATH: this.path('bin'), npm_execpath: this.path('bin/npm-cli.js'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said.stderr += text;
    });
    /** @type {Promise<End>} */
    const end = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, ...said })));
    return { child, said, end };
  }

  /**
   * Runs a command of set-up to its end.
   * @param {string[]} args
   * @param {NodeJS.ProcessEnv} [env]
   */
  run(args, env) {
    return this.start(args, env).end;
  }

  /**
   * `npm run setup`, of all steps or of those named.
   * @param {...string} steps
   */
  setUp(...steps) {
    return this.run(['setup/setup.mjs', ...steps]);
  }
}

/** @param {() => boolean} condition */
export async function until(condition) {
  while (!condition()) await delay(10);
}

/** @param {number} pid */
export function isRunning(pid) {
  try {
    // A zombie has ended, though its id is still taken.
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
