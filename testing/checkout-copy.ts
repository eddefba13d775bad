/** A copy of this checkout, built as it is, for a test that works in it as its user would. */
import { cp, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seen from `dist/testing/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** What is made once and read only: it is shared. */
const SHARED = ['node_modules', '.venv'];
/** What belongs to the work that is done here. */
const LEFT_OUT = new Set([...SHARED, '.git', '.cache', '.setup', '.tap', '.venv-peers', 'reports', 'dvc.lock']);

/** @param folder to copy it to, which is there and empty */
export async function copyCheckout(folder: string): Promise<void> {
  for (const name of await readdir(PROJECT)) {
    if (LEFT_OUT.has(name)) continue;
    await cp(join(PROJECT, name), join(folder, name), {
      recursive: true,
      // For make takes a file for newer than what was made from it; of data/ the code alone.
      preserveTimestamps: true,
      filter: (path) => name !== 'data' || /\/data$|\.(ts|md)$/.test(path),
    });
  }
  for (const name of SHARED) await symlink(join(PROJECT, name), join(folder, name));
}
