/**
 * Files and folders that are whole or not there, whenever the process or the machine stops.
 * A rename is atomic, but only what was synced before it is sure to be in the file after a power cut, and only the
 * sync of the folder makes the rename itself last.
 */
import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, open, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const READ_ONLY = 0o444;

/** Puts `content` in the place of the file `path`, through a temporary file in `staging` on the same file system. */
export async function replaceFile(path: string, content: string, staging: string): Promise<void> {
  await makeFolder(staging);
  const temporary = join(staging, randomUUID());
  await writeNewFile(temporary, content);
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Writes and syncs a file that must not exist. Its name lasts once its folder is synced. */
export async function writeNewFile(path: string, content: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Copies and syncs a file that nobody is to change any more. Its name lasts once its folder is synced. */
export async function copyReadOnly(source: string, target: string): Promise<void> {
  await copyFile(source, target);
  await chmod(target, READ_ONLY);
  await sync(target);
}

/** Makes the names in a folder last. */
export async function syncFolder(path: string): Promise<void> {
  await sync(path);
}

/**
 * Makes the folder `path`, which is absolute, and those above it, lastingly. Does nothing where it is there.
 * One after the other, since Node's own recursive way tries for ever where a folder is there and yet the system says
 * `ENOENT` for a new one in it, as under `/proc`.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have been quicker.
    if (!(await isFolder(path))) throw error;
  }
  await syncFolder(parent);
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Making it tells why it cannot be there.
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
