/**
 * What the agent of CodeDeploy does on an instance, by its rules: it unpacks a revision, reads its appspec.yml, copies
 * files, and runs the hooks in order, each with its time-out. What the load balancer does between them is left out.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, cp, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { within } from '../../server/within.js';
import type { PrivateHost } from './private-host.js';

export const EVENTS = [
  'ApplicationStop',
  'BeforeInstall',
  'AfterInstall',
  'ApplicationStart',
  'ValidateService',
] as const;
type Event = (typeof EVENTS)[number];
/** CodeDeploy shows so much of the end of what a hook said. */
const SHOWN_CHARACTERS = 2_048;

export interface AppSpec {
  readonly version: unknown;
  readonly os: unknown;
  readonly files?: readonly { readonly source: string; readonly destination: string }[];
  readonly file_exists_behavior?: string;
  readonly hooks: Readonly<Partial<Record<Event, readonly Hook[]>>>;
}

export interface Hook {
  readonly location: string;
  readonly timeout: number;
  readonly runas?: string;
}

export interface Outcome {
  readonly id: string;
  readonly succeeded: boolean;
  /** The event that failed, and how its script did. */
  readonly event?: Event;
  readonly fault?: 'ScriptMissing' | 'ScriptTimedOut' | 'ScriptFailed';
  /** What CodeDeploy shows of it. */
  readonly shown: string;
}

export interface DeployOptions {
  /** Variables that the hooks get besides the agent's. */
  readonly env?: Readonly<Record<string, string>>;
  /** How often each hook is run. */
  readonly times?: number;
  /** A hook that is killed with all that it has started as soon as this is so, by its file's name. */
  readonly killed?: Readonly<Record<string, () => Promise<boolean>>>;
  /** Whether one that was killed is run once more; else the deployment has failed. */
  readonly again?: boolean;
  /** Time-outs in place of those of appspec.yml, in seconds, by the file's name. */
  readonly timeouts?: Readonly<Record<string, number>>;
}

export class CodeDeployAgent {
  readonly #host: PrivateHost;
  readonly #root: string;
  readonly #env: Readonly<Record<string, string>>;
  #deployments = 0;
  /** The archive of the last deployment that succeeded, whose ApplicationStop is run. */
  #succeeded: string | undefined;

  /**
   * @param root where it keeps revisions and its logs
   * @param env what its own environment is
   */
  constructor(host: PrivateHost, root: string, env: Readonly<Record<string, string>>) {
    this.#host = host;
    this.#root = root;
    this.#env = env;
  }

  /** @param revision the folder of an unpacked bundle */
  async deploy(revision: string, options: DeployOptions = {}): Promise<Outcome> {
    const id = `d-${String(++this.#deployments).padStart(9, 'A')}`;
    const folder = join(this.#root, 'deployment-root', GROUP_ID, id);
    const archive = join(folder, 'deployment-archive');
    await mkdir(join(folder, 'logs'), { recursive: true });
    for (const event of EVENTS) {
      // The bundle is downloaded after ApplicationStop, which is the last release's.
      if (event === 'BeforeInstall') await cp(revision, archive, { recursive: true });
      if (event === 'AfterInstall') await this.#install(archive);
      const from = event === 'ApplicationStop' ? this.#succeeded : archive;
      const failed = from === undefined ? undefined : await this.#runEvent(event, from, id, options);
      if (failed !== undefined) return { id, succeeded: false, event, ...failed };
    }
    this.#succeeded = archive;
    return { id, succeeded: true, shown: '' };
  }

  /** What a script of the folder that was installed does when it is run by hand. */
  runByHand(script: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const run = new Run(this.#host, script, { ...this.#env, ...env }, join(this.#root, 'by-hand.log'));
    return run.ended;
  }

  async #install(archive: string): Promise<void> {
    const { files = [], file_exists_behavior: behavior } = await readAppSpec(archive);
    if (behavior !== 'OVERWRITE') throw new Error(`This agent only overwrites; appspec.yml asks for ${behavior}.`);
    for (const { source, destination } of files) {
      await cp(join(archive, source), join(this.#host.root, destination), { recursive: true, force: true });
    }
  }

  async #runEvent(event: Event, archive: string, id: string, options: DeployOptions): Promise<Failure | undefined> {
    const { hooks } = await readAppSpec(archive);
    for (const hook of hooks[event] ?? []) {
      const script = join(archive, hook.location);
      try {
        await chmod(script, 0o755);
      } catch {
        return { fault: 'ScriptMissing', shown: `Script does not exist at specified location: ${hook.location}` };
      }
      const env = {
        ...this.#env,
        ...options.env,
        LIFECYCLE_EVENT: event,
        DEPLOYMENT_ID: id,
        APPLICATION_NAME: 'food-eta',
        DEPLOYMENT_GROUP_NAME: 'food-eta',
        DEPLOYMENT_GROUP_ID: GROUP_ID,
      };
      const start = () => new Run(this.#host, script, env, join(archive, '../logs/scripts.log'));
      const condition = options.killed?.[basename(script)];
      if (condition !== undefined) {
        const said = await start().killWhen(condition);
        if (options.again === false) return { fault: 'ScriptFailed', shown: said };
      }
      const timeout = options.timeouts?.[basename(script)] ?? hook.timeout;
      for (let time = 0; time < (options.times ?? 1); time++) {
        const failure = await start().within(timeout * 1_000);
        if (failure !== undefined) return failure;
      }
    }
    return undefined;
  }
}

const GROUP_ID = '5e6f0a1b-0000-4000-8000-000000000000';

export async function readAppSpec(folder: string): Promise<AppSpec> {
  return parse(await readFile(join(folder, 'appspec.yml'), 'utf8')) as AppSpec;
}

export interface Ended {
  readonly code: number | null;
  readonly said: string;
}
type Failure = Pick<Outcome, 'fault' | 'shown'> & { readonly fault: NonNullable<Outcome['fault']> };

/** A script that runs, in a process group of its own. */
class Run {
  readonly #child: ChildProcess;
  readonly ended: Promise<Ended>;
  #said = '';

  constructor(host: PrivateHost, script: string, env: Readonly<Record<string, string>>, log: string) {
    const [program = '', ...before] = host.enter;
    this.#child = spawn(program, [...before, script], {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const file = createWriteStream(log, { flags: 'a' });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (piece: Buffer) => {
        this.#said += piece.toString();
        file.write(piece);
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code) => file.end(() => resolve({ code, said: this.#said })));
    });
  }

  async within(milliseconds: number): Promise<Failure | undefined> {
    if (!(await within(milliseconds, this.ended))) {
      this.#signal('SIGTERM');
      // The agent does not wait for it; what it says is waited for here, to be looked at.
      const { said } = await this.ended;
      return { fault: 'ScriptTimedOut', shown: said.slice(-SHOWN_CHARACTERS) };
    }
    const { code, said } = await this.ended;
    return code === 0 ? undefined : { fault: 'ScriptFailed', shown: said.slice(-SHOWN_CHARACTERS) };
  }

  /** Gives what it had said until then. */
  async killWhen(condition: () => Promise<boolean>): Promise<string> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    while (!(await condition())) {
      if (over) throw new Error(`The hook was over before it could be killed: ${this.#said}`);
      await new Promise(setImmediate);
    }
    this.#signal('SIGKILL');
    return (await this.ended).said;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }
}
