// @ts-check
/** Folders that set-up makes anew. */
import { mkdirSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Leaves `folder` there and empty. It is not removed itself, since it may be a mount point.
 * @param {string} folder
 */
export function emptyFolder(folder) {
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // On Node 24 rmSync passes over a link that leads nowhere.
    if (entry.isSymbolicLink()) unlinkSync(path);
    else rmSync(path, { recursive: true, force: true });
  }
}
