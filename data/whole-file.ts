/** Files that are whole or not there, whenever their writer is stopped, and the folders they stand in. */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { tellingOutputFaults } from './output-error.js';

/**
 * Writes a file so that a reader, or a next start after a crash, finds the old content or the new, never a part.
 * Makes its folder if need be, and clears away what writers of the same file left that were killed.
 * @throws OutputError
 */
export async function writeWhole(file: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  const draft = await Draft.begin(file);
  try {
    await draft.write(content);
    await draft.publish();
  } finally {
    await draft.discard();
  }
}

/** A file that is being written, piece by piece, under another name. */
export class Draft {
  readonly file: string;
  readonly #draft: string;
  #handle: FileHandle | undefined;

  private constructor(file: string, draft: string, handle: FileHandle) {
    this.file = file;
    this.#draft = draft;
    this.#handle = handle;
  }

  /**
   * As `writeWhole`, but for content that comes little by little.
   * @throws OutputError, as the other methods do
   */
  static begin(file: string): Promise<Draft> {
    return tellingOutputFaults(file, async () => {
      await makeFolder(dirname(file));
      await removeDeadDrafts(file);
      const draft = `${file}.${process.pid}.draft`;
      return new Draft(file, draft, await open(draft, 'w'));
    });
  }

  /** Adds to the end. */
  async write(content: string | Uint8Array | Iterable<string>): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new RangeError(`${this.file} is written already.`);
    await tellingOutputFaults(this.file, () => writeFile(handle, content));
  }

  /** Puts the file in the place of what was there, whole. */
  async publish(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) throw new RangeError(`${this.file} is written already.`);
    await tellingOutputFaults(this.file, async () => {
      await handle.sync();
      await handle.close();
      await rename(this.#draft, this.file);
      this.#handle = undefined;
    });
  }

  /** Leaves nothing behind; does nothing once the file is published. */
  async discard(): Promise<void> {
    const handle = this.#handle;
    if (handle === undefined) return;
    this.#handle = undefined;
    await handle.close();
    await rm(this.#draft, { force: true });
  }
}

/**
 * Makes the folder and those above it; does nothing where it is there.
 * One after the other, since Node's own recursive way tries for ever where a folder is there and yet the system says
 * `ENOENT` for a new one in it, as under `/proc`.
 */
export async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  const parent = dirname(folder);
  if (parent !== folder) await makeFolder(parent);
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process may have been quicker.
    if (!(await isFolder(folder))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // Making it tells why it cannot be there.
  }
}

async function removeDeadDrafts(file: string): Promise<void> {
  const prefix = `${basename(file)}.`;
  for (const name of await readdir(dirname(file))) {
    const pid = name.startsWith(prefix) ? /^([1-9][0-9]*)\.draft$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(dirname(file), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // What may not be signalled is there all the same.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}
