/**
 * The lock around writes that depend on what was read before. A holder that is killed leaves its lock behind; without
 * a sign of life for `LOCK_STALE_MS` it is taken over. No clock can tell a dead holder from one that was asleep, so
 * whoever takes the lock also signs for it in a file, and looks before each write whether its signature still stands.
 */
import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { RegistryError } from './errors.js';
import { isFault, unlessMissing } from './file-faults.js';
import { LOCK_HEARTBEAT_MS, LOCK_RETRY_MS, LOCK_STALE_MS, LOCK_WAIT_MS } from './limits.js';

/** Where a lock lies. Both paths must be in one folder, which exists. */
export interface LockPlace {
  /** The lock: a folder, there while it is held. */
  readonly lock: string;
  /** The signature of who took the lock last: a file. */
  readonly holder: string;
}

/** The lock as its holder has it: it may be lost to another process, to which this one seemed dead. */
export interface HeldLock {
  /**
   * To be called right before each write.
   * @throws RegistryError `registry_lock_lost` where another process has taken the lock over
   */
  assertHeld(): Promise<void>;
}

/**
 * What `action` gives, run while no other process or caller is in an action under the same lock.
 * @param waitMs how long to wait for another holder
 * @throws RegistryError `registry_locked` naming the lock and its holder
 */
export async function withLock<T>(
  place: LockPlace,
  action: (held: HeldLock) => Promise<T>,
  waitMs: number = LOCK_WAIT_MS,
): Promise<T> {
  const release = await acquire(place, waitMs);
  const signature = await sign(place, release);
  const isHeld = async () => (await unlessMissing(readFile(place.holder, 'utf8'), undefined)) === signature;
  try {
    return await action({
      async assertHeld() {
        if (await isHeld()) return;
        throw new RegistryError(
          'registry_lock_lost',
          `This process was away for so long that ${await describeHolder(place)} took over ${place.lock}. ` +
            'Nothing was written since. Look at the aliases, then run the command again.',
        );
      },
    });
  } finally {
    // To release a lock that was taken over would be to break the lock of who took it.
    if (await isHeld()) await release();
  }
}

/** Writes a signature that no other holder writes, or gives the lock back. */
async function sign(place: LockPlace, release: () => Promise<void>): Promise<string> {
  const signature = `process ${process.pid} on ${hostname()}, since ${new Date().toISOString()} (${randomUUID()})\n`;
  try {
    await writeFile(place.holder, signature);
    return signature;
  } catch (error) {
    await release();
    throw error;
  }
}

async function acquire(place: LockPlace, waitMs: number): Promise<() => Promise<void>> {
  const giveUpAt = performance.now() + waitMs;
  for (;;) {
    try {
      return await takeOnce(place);
    } catch (error) {
      // ENOENT: another process took a stale lock over in the same moment and removed ours with it.
      if (!isFault(error, 'ELOCKED', 'ENOENT')) throw error;
      if (performance.now() >= giveUpAt) throw await lockedError(place, waitMs, error);
    }
    await pause(LOCK_RETRY_MS * (0.5 + Math.random()));
  }
}

async function takeOnce(place: LockPlace): Promise<() => Promise<void>> {
  const release = await lock(dirname(place.lock), {
    lockfilePath: place.lock,
    realpath: false,
    stale: LOCK_STALE_MS,
    update: LOCK_HEARTBEAT_MS,
    // Thrown from a timer by default. The look before each write finds out as well, in the place that can say so.
    onCompromised: () => {},
  });
  return async () => {
    try {
      await release();
    } catch (error) {
      // Someone removed the lock by hand while we held it: it is free, which is all that is wanted.
      if (!isFault(error, 'ERELEASED', 'ENOTACQUIRED')) throw error;
    }
  };
}

async function lockedError(place: LockPlace, waitMs: number, cause: Error): Promise<RegistryError> {
  return new RegistryError(
    'registry_locked',
    `${place.lock} has been held by ${await describeHolder(place)} for the ${waitMs} ms that were waited. ` +
      'Try again when that process is done; the lock of one that is gone is taken over by itself.',
    { cause },
  );
}

async function describeHolder(place: LockPlace): Promise<string> {
  const signature = await unlessMissing(readFile(place.holder, 'utf8'), '');
  return signature.replace(/ \(.*\)\n$/, '') || 'another process';
}
