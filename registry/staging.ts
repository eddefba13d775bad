/** Clears away what killed processes left in a staging folder. */
import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { unlessMissing } from './file-faults.js';
import { ABANDONED_AFTER_MS } from './limits.js';

/**
 * Removes what has lain in `staging` for longer than `ABANDONED_AFTER_MS`.
 * Each thing is renamed before it is removed: should its writer live after all, its own rename then fails, where
 * otherwise it could publish a version of which half the files were just removed.
 */
export async function sweepStaging(staging: string): Promise<void> {
  const abandonedBefore = Date.now() - ABANDONED_AFTER_MS;
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    // Another process may sweep at the same time: what is gone is done.
    const found = await unlessMissing(stat(path), undefined);
    if (found === undefined || found.mtimeMs > abandonedBefore) continue;
    const doomed = join(staging, randomUUID());
    await unlessMissing(rename(path, doomed), undefined);
    await rm(doomed, { recursive: true, force: true });
  }
}
