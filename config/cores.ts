/**
 * How many cores this program may use: those that it is bound to, or fewer where its cgroup has a quota of time, as a
 * container with a CPU limit has. Node counts the first only.
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The content of a file; undefined where it cannot be read. */
export type ReadText = (path: string) => string | undefined;

const ROOT = '/sys/fs/cgroup';

/**
 * Cores, not always a whole number.
 * @param bound the cores that the program is bound to
 */
export function coresAllowed(read: ReadText = readText, bound: number = availableParallelism()): number {
  return Math.min(bound, coresOfQuota(read));
}

/** A process for every two cores, one of them for the thread that takes the requests and one for its worker. */
export function processesFor(cores: number): number {
  return Math.max(1, Math.floor(cores / 2));
}

/** What the strictest quota allows, of the cgroup of this process and those above it; Infinity where there is none. */
function coresOfQuota(read: ReadText): number {
  const quotas = (read('/proc/self/cgroup') ?? '').split('\n').flatMap((line) => {
    const [, controllers = '', path = ''] = /^[0-9]+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === '') return [];
    if (controllers === '') return andAbove(path).map((folder) => quotaV2(read(`${ROOT}${folder}/cpu.max`)));
    if (!controllers.split(',').includes('cpu')) return [];
    // Seen from within a container the path may be that of the host, which is not there: what is there is its root.
    return andAbove(path).map((folder) => {
      const file = (name: string) =>
        read(`${ROOT}/${controllers}${folder}/${name}`) ?? read(`${ROOT}/cpu${folder}/${name}`);
      return quota(file('cpu.cfs_quota_us'), file('cpu.cfs_period_us'));
    });
  });
  return Math.min(Number.POSITIVE_INFINITY, ...quotas);
}

/** `/a/b` → `/a/b`, `/a`, and the root, which is ``. */
function andAbove(path: string): string[] {
  const names = path.split('/').filter((name) => name !== '');
  return Array.from({ length: names.length + 1 }, (_, above) =>
    names
      .slice(0, names.length - above)
      .map((name) => `/${name}`)
      .join(''),
  );
}

/** `QUOTA PERIOD` in microseconds, or `max PERIOD`. */
function quotaV2(content: string | undefined): number {
  const [allowed, period] = content?.trim().split(/\s+/) ?? [];
  return quota(allowed, period);
}

/** What is no number of time, such as `max` and -1, is no limit. */
function quota(allowed: string | undefined, period: string | undefined): number {
  const cores = Number(allowed) / Number(period);
  return cores > 0 ? cores : Number.POSITIVE_INFINITY;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Another system, another version of cgroups, or no rights: then there is no quota that we know of.
    return undefined;
  }
}
