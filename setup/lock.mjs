// @ts-check
/**
 * One set-up at a time in a checkout. The lock is a symbolic link whose target names the holder: made in one step, so
 * that it is never seen half-written, and taken over once its holder is dead.
 */
import { mkdirSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { POLL_MS } from './limits.mjs';
import { identity, isAlive, pidOf } from './processes.mjs';
import { step } from './progress.mjs';

/** @typedef {{ noteChild(pid: number): void }} Lock tells the lock of a program that works for its holder */

/**
 * Does the work while holding the lock; waits for it, and says so, while another process has it.
 * @template T
 * @param {string} folder where the lock is kept; made if need be
 * @param {(lock: Lock) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, work) {
  mkdirSync(folder, { recursive: true });
  const lock = join(folder, 'lock');
  const child = join(folder, 'child');
  const me = identity(process.pid);

  const holder = acquire(lock, me);
  if (holder !== undefined) {
    await step(`Waiting for the set-up that is at work in this folder already (process ${pidOf(holder)})`, async () => {
      while (acquire(lock, me) !== undefined) await delay(POLL_MS);
    });
  }
  const release = () => {
    removeLink(child);
    removeLink(lock);
  };
  process.on('exit', release);
  try {
    await endOrphan(child);
    return await work({ noteChild: (pid) => replaceLink(child, identity(pid)) });
  } finally {
    release();
    process.off('exit', release);
  }
}

/**
 * Takes the lock if it is free or its holder dead.
 * @param {string} lock
 * @param {string} me
 * @returns {string | undefined} who holds it, undefined if now it is us
 */
function acquire(lock, me) {
  for (;;) {
    try {
      symlinkSync(me, lock);
      return undefined;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    const holder = readLink(lock);
    if (holder === undefined) continue;
    if (isAlive(holder)) return holder;
    // Moved aside rather than removed: of two that find it dead, one may already hold it anew, and gets it back.
    const aside = `${lock}.${process.pid}`;
    try {
      renameSync(lock, aside);
    } catch (error) {
      if (codeOf(error) === 'ENOENT') continue;
      throw error;
    }
    if (readLink(aside) === holder) removeLink(aside);
    else renameSync(aside, lock);
  }
}

/**
 * A set-up that was killed outright could not end the npm or pip it had started, which would now work against ours.
 * @param {string} child
 */
async function endOrphan(child) {
  const orphan = readLink(child);
  // Without a start time (not on Linux) the process might be another one that got the same id: leave it alone.
  if (orphan === undefined || orphan.endsWith('-')) return;
  while (isAlive(orphan)) {
    try {
      process.kill(-pidOf(orphan), 'SIGKILL');
    } catch (error) {
      if (codeOf(error) !== 'ESRCH') throw error;
    }
    await delay(20);
  }
}

/**
 * @param {string} link
 * @param {string} target
 */
function replaceLink(link, target) {
  removeLink(link);
  symlinkSync(target, link);
}

/**
 * Not rmSync, which on Node 24 passes over a link that leads nowhere.
 * @param {string} link
 */
function removeLink(link) {
  try {
    unlinkSync(link);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
}

/** @param {string} link */
function readLink(link) {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code;
}
