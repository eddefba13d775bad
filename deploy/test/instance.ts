/**
 * An instance as deploy/infrastructure/fleet.yaml makes it, as far as it can be had without AWS: a host with a Docker
 * daemon and the agent of CodeDeploy, and a registry of images beside it. `aws` alone is a stand-in.
 */
import { randomBytes } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Test } from 'tap';
import { ROOT } from './base-image.js';
import { Callers } from './callers.js';
import { CodeDeployAgent } from './code-deploy.js';
import { type Docker, startDocker } from './docker.js';
import { type PrivateHost, startPrivateHost } from './private-host.js';
import { type Registry, startRegistry } from './registry.js';

/** What release.env says. */
export interface Release {
  readonly IMAGE: string;
  readonly RELEASE: string;
  readonly EXPECTED_MODEL_VERSION?: string;
}

export interface Instance {
  readonly host: PrivateHost;
  readonly docker: Docker;
  readonly registry: Registry;
  readonly agent: CodeDeployAgent;
  readonly callers: Callers;
  /** Below it lies what the agent keeps: revisions, logs. */
  readonly agentFolder: string;
  /** What registry and instance are not to show: the password of the registry. */
  readonly registryPassword: string;
  /** What the Parameter Store has below `/food-eta/`; undefined where it may not be read. */
  setParameters(parameters: Readonly<Record<string, string>> | undefined): Promise<void>;
  /** What Docker was called with by hooks, until now. */
  dockerArguments(): Promise<string>;
  /** A revision of these hooks, unpacked. */
  revision(release: Release | string): Promise<string>;
}

export async function startInstance(t: Test): Promise<Instance> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-instance-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const host = await startPrivateHost(t);
  const docker = await startDocker(t, host);
  const registryPassword = randomBytes(16).toString('hex');
  const registry = await startRegistry(t, host, docker, folder, registryPassword);
  const aws = join(folder, 'aws');
  const commands = await putCommands(join(folder, 'bin'));
  const dockerCalls = join(folder, 'docker-arguments');
  const agentFolder = join(folder, 'agent');
  await mkdir(aws);
  await writeFile(join(aws, 'password'), registryPassword);
  // The agent's own environment is that of a service.
  const env = {
    PATH: `${commands}:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: '/run/home-of-the-agent',
    AWS_STAND_IN: aws,
    ARGUMENTS: dockerCalls,
  };
  let revisions = 0;
  return {
    host,
    docker,
    registry,
    agent: new CodeDeployAgent(host, agentFolder, env),
    callers: Callers.start(t, host),
    agentFolder,
    registryPassword,
    async setParameters(parameters) {
      await rm(join(aws, 'denied'), { force: true });
      if (parameters === undefined) await writeFile(join(aws, 'denied'), '');
      const lines = Object.entries(parameters ?? {}).map(([name, value]) => `/food-eta/${name}\t${value}\n`);
      await writeFile(join(aws, 'parameters'), lines.join(''));
    },
    dockerArguments: () => readFile(dockerCalls, 'utf8'),
    async revision(release) {
      const to = join(folder, `revision-${++revisions}`);
      for (const part of ['appspec.yml', 'deploy/hooks'])
        await cp(join(ROOT, part), join(to, part), { recursive: true });
      await writeFile(join(to, 'release.env'), typeof release === 'string' ? release : textOf(release));
      return to;
    },
  };
}

function textOf({ IMAGE, RELEASE, EXPECTED_MODEL_VERSION }: Release): string {
  const expected = EXPECTED_MODEL_VERSION === undefined ? '' : `EXPECTED_MODEL_VERSION=${EXPECTED_MODEL_VERSION}\n`;
  return `IMAGE=${IMAGE}\nRELEASE=${RELEASE}\n${expected}`;
}

/** The commands that are not the system's own; gives their folder. */
async function putCommands(folder: string): Promise<string> {
  await mkdir(folder);
  for (const name of ['aws', 'docker']) {
    await copyFile(join(ROOT, 'deploy/test/fixtures', name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}
