/**
 * A host of a test's own, as far as processes can tell: a network in which every port is free, and folders for what is
 * kept there, empty and in memory. This machine has none of it, and it is gone with the test.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Test } from 'tap';

/** What the user data of deploy/infrastructure/fleet.yaml sets on an instance, and the folders that hooks write to. */
const SET_UP = [
  'ip link set lo up',
  'echo 1 > /proc/sys/net/ipv4/tcp_migrate_req',
  'for folder in /opt /run /usr/local/etc /usr/local/lib /var/lib; do mount -t tmpfs none "$folder"; done',
].join(' && ');

export interface PrivateHost {
  /** What a command begins with that is to run there. */
  readonly enter: readonly string[];
  /** The same of one that needs the files of this machine. */
  readonly enterNetwork: readonly string[];
  /** Its files, seen from here. */
  readonly root: string;
}

export async function startPrivateHost(t: Test): Promise<PrivateHost> {
  // It is there for as long as a process is in it: this one, which ends with its input, and so with us.
  const script = `${SET_UP} && echo ready && read -r _`;
  const child = spawn('unshare', ['--net', '--mount', '--propagation', 'private', 'sh', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  t.teardown(() => child.stdin.end());
  const isReady = once(child.stdout, 'data').then(() => true);
  const hasEnded = once(child, 'exit').then(() => false);
  if (!(await Promise.race([isReady, hasEnded]))) {
    throw new Error(`No host of our own could be made: unshare ended with ${child.exitCode}.`);
  }
  const of = (kind: string) => `/proc/${child.pid}/ns/${kind}`;
  return {
    enter: ['nsenter', `--net=${of('net')}`, `--mount=${of('mnt')}`, '--'],
    enterNetwork: ['nsenter', `--net=${of('net')}`, '--'],
    root: `/proc/${child.pid}/root`,
  };
}
