/**
 * A Docker daemon of a test's own, which has nothing to do with one that may run here: its files lie in a temporary
 * folder, it makes no bridge and touches no rule of the firewall. Containers have the network of this machine.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Test } from 'tap';
import { DOCKER, DOCKERD } from './machine.js';
import type { PrivateHost } from './private-host.js';

/**
 * The shell around the daemon ends it as soon as its own input ends: that is a pipe from us, so nothing stays behind
 * however we end, no container and no mount either.
 */
const GUARD = [
  '"$@" < /dev/null > "$0/log" 2>&1 & daemon=$!; read -r _; kill "$daemon"; wait "$daemon"',
  // The one mount that the daemon leaves, of the network that its containers had: that of this machine.
  'umount "$0"/exec/netns/* 2> /dev/null; rm -rf "$0"',
].join('; ');
const OUTPUT_BYTES = 64 * 1024 * 1024;

/** What Docker said was not what was asked for. */
export class DockerFailed extends Error {
  override readonly name = 'DockerFailed';
  readonly code = 'docker_failed';
}

export interface Docker {
  /** Runs a command of Docker to its end and gives what it wrote, trimmed; throws DockerFailed with what it said. */
  run(...args: string[]): Promise<string>;
}

/** Containers have the network of this machine, which the daemon leaves as it is. */
const NETWORK_OF_THE_MACHINE = ['--iptables=false', '--bridge=none', '--ip-forward=false'];
/** A bridge, from which ports are published, by Docker's own proxy rather than by rules of the firewall. */
const BRIDGE = ['--iptables=false', '--ip-forward=false', '-H', 'unix:///var/run/docker.sock'];

/**
 * Starts it; it ends with the test.
 * @param host where it runs, as the one daemon there is; by default beside whatever runs on this machine
 */
export async function startDocker(t: Test, host?: PrivateHost): Promise<Docker> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-docker-'));
  const socket = `unix://${folder}/docker.sock`;
  const places = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`, '--pidfile', `${folder}/pid`];
  const network = host === undefined ? NETWORK_OF_THE_MACHINE : BRIDGE;
  const options = ['-H', socket, '--storage-driver', 'overlay2', '--cgroup-parent', '/food-eta-test'];
  const [program = '', ...before] = [...(host?.enter ?? []), 'sh'];
  const child = spawn(program, [...before, '-c', GUARD, folder, DOCKERD, ...places, ...network, ...options], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  t.teardown(async () => {
    child.stdin?.end();
    await ended;
  });
  const docker: Docker = { run: (...args) => run(socket, folder, args) };
  await untilItAnswers(docker, () => readFile(join(folder, 'log'), 'utf8'));
  return docker;
}

function run(socket: string, home: string, args: readonly string[]): Promise<string> {
  // Its settings are none of this machine's: such as credentials, and a builder of its own.
  const env = { PATH: process.env['PATH'], HOME: home, DOCKER_HOST: socket, DOCKER_BUILDKIT: '1' };
  return new Promise((resolve, reject) => {
    execFile(DOCKER, args, { env, maxBuffer: OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout.trim());
      else reject(new DockerFailed(`docker ${args.join(' ')}:\n${lastLines(stdout + stderr)}`));
    });
  });
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-30).join('\n');
}

/** @param log gives what the daemon has said of itself */
async function untilItAnswers(docker: Docker, log: () => Promise<string>): Promise<void> {
  for (let tries = 100; ; tries--) {
    try {
      await docker.run('version');
      return;
    } catch (error) {
      if (!(error instanceof DockerFailed)) throw error;
      if (tries === 0) throw new DockerFailed(`The daemon does not answer:\n${lastLines(await log())}`);
      await delay(100);
    }
  }
}
