/**
 * One run of the pipeline at a time in a data folder, so that no stage reads what another run has just written.
 * The lock is a symbolic link whose target names its holder: made in one step, never half-written. A holder on this
 * machine is asked for by its process; whether one in another container or on another machine lives is told by the
 * link's age alone, which its holder keeps renewing.
 */
import { readFileSync, readlinkSync } from 'node:fs';
import { lstat, lutimes, readlink, rename, rm, symlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { tellingOutputFaults } from '../data/output-error.js';
import { makeFolder } from '../data/whole-file.js';
import { PipelineError } from './errors.js';
import { PIPELINE_LOCK_RENEW_MS, PIPELINE_LOCK_STALE_MS } from './limits.js';

/** Where a holder is, when it began, and its id there. */
interface Holder {
  readonly pid: number;
  /** In clock ticks since the machine started: process ids are used again. Empty where the system does not tell. */
  readonly started: string;
  /** Within which process ids mean something. */
  readonly place: string;
}

/** The lock as its holder has it: it may be lost to a process to which this one seemed dead. */
export interface HeldPipelineLock {
  /**
   * To be called before each stage.
   * @throws PipelineError `pipeline_busy` where another process took the lock over
   */
  assertHeld(): Promise<void>;
}

/**
 * What `work` gives, done while no other process works in `folder`.
 * @throws PipelineError `pipeline_busy` naming who does; OutputError where the folder cannot be written
 */
export async function withPipelineLock<T>(folder: string, work: (held: HeldPipelineLock) => Promise<T>): Promise<T> {
  const link = join(folder, '.pipeline-lock');
  const me = format({ pid: process.pid, started: startOf(process.pid) ?? '', place: placeOfThis() });
  await tellingOutputFaults(link, async () => {
    await makeFolder(folder);
    await acquire(link, me);
  });
  const isHeld = async () => (await holderOf(link)) === me;
  const renewal = setInterval(() => {
    const now = new Date();
    void renew(link, now);
  }, PIPELINE_LOCK_RENEW_MS).unref();
  try {
    return await work({
      async assertHeld() {
        if (!(await isHeld())) throw busy(link, (await holderOf(link)) ?? '');
      },
    });
  } finally {
    clearInterval(renewal);
    if (await isHeld()) await rm(link, { force: true });
  }
}

/** That the lock is gone, or was taken over, shows before the next stage. */
async function renew(link: string, now: Date): Promise<void> {
  try {
    await lutimes(link, now, now);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

async function acquire(link: string, me: string): Promise<void> {
  // Each turn but the last ends with a dead holder's link removed, by us or by another.
  for (let turn = 0; turn < 10; turn++) {
    try {
      await symlink(me, link);
      return;
    } catch (error) {
      if (!isCode(error, 'EEXIST')) throw error;
    }
    const holder = await holderOf(link);
    if (holder === undefined) continue;
    if (holder === me || (await isAlive(link, holder))) throw busy(link, holder);
    await removeOf(link, holder);
  }
  throw busy(link, (await holderOf(link)) ?? '');
}

/** Moved aside rather than removed: of two that find the holder dead, one may hold the lock anew, and gets it back. */
async function removeOf(link: string, holder: string): Promise<void> {
  const aside = `${link}.${process.pid}`;
  try {
    await rename(link, aside);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if ((await holderOf(aside)) === holder) await rm(aside, { force: true });
  else await rename(aside, link);
}

async function holderOf(link: string): Promise<string | undefined> {
  try {
    return await readlink(link);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function isAlive(link: string, text: string): Promise<boolean> {
  const holder = parse(text);
  if (holder.place === placeOfThis() && holder.started !== '') return startOf(holder.pid) === holder.started;
  try {
    return Date.now() - (await lstat(link)).mtimeMs < PIPELINE_LOCK_STALE_MS;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false;
    throw error;
  }
}

function busy(link: string, text: string): PipelineError {
  const { pid, place } = parse(text);
  const who = Number.isNaN(pid) ? 'Another process' : `Process ${pid}`;
  return new PipelineError(
    'pipeline_busy',
    `${who} on ${place.replace(/ pid:.*/, '')} is at work in this data folder (${link}). ` +
      'Run again when it is done, or set DATA_DIR and REPORTS_DIR to folders of their own.',
  );
}

/** The host, and on it the namespace of process ids, of which every container has its own. */
function placeOfThis(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname(); // Another system than Linux.
  }
}

/** When the process began; undefined where there is none, or it has ended and only its parent has not asked yet. */
function startOf(pid: number): string | undefined {
  try {
    // The second field is the program's name in parentheses, and may hold anything: count from the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return /[ZX]/.test(fields[0] ?? '') ? undefined : fields[19];
  } catch (error) {
    if (isSystemError(error)) return undefined;
    throw error;
  }
}

function format({ pid, started, place }: Holder): string {
  return `${pid},${started},${place}`;
}

function parse(text: string): Holder {
  const [, pid, started, place] = /^([0-9]+),([0-9]*),(.*)$/.exec(text) ?? [];
  return { pid: Number(pid), started: started ?? '', place: place ?? 'a machine that is not named' };
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
