/**
 * Versions fetched from MLflow, in a local folder: each whole or not there, the newest few kept. What lies here may be
 * deleted at any time. A version's name here is a hash of its server and of where its files are, which MLflow never
 * gives out again: two servers, or a database that was made anew, cannot be taken for one another.
 */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, syncFolder } from '../atomic-file.js';
import { CACHE, isFault, tellingFaults, unlessMissing } from '../file-faults.js';
import { CACHED_VERSIONS } from '../limits.js';
import { sweepStaging } from '../staging.js';
import { isWholeVersion, verifyVersionFiles } from '../version-files.js';

const READ_ONLY = 0o444;

/** The cache in one folder, which several processes may share. */
export class VersionCache {
  readonly #folder: string;
  readonly #versions: string;
  readonly #staging: string;

  /** @param folder absolute; need not exist */
  constructor(folder: string) {
    this.#folder = folder;
    this.#versions = join(folder, 'mlflow', 'versions');
    this.#staging = join(folder, 'mlflow', 'staging');
  }

  /**
   * The folder with the files of a version, verified; they are fetched if they are not there, or no longer whole.
   * @param key what names the version among all of all servers
   * @param fetch puts its files into the folder that it is given
   * @throws RegistryError `cache_unusable`, `version_incomplete`, `checksum_mismatch`, and what `fetch` throws
   */
  folderOf(key: readonly string[], fetch: (draft: string) => Promise<void>): Promise<string> {
    const name = createHash('sha256').update(JSON.stringify(key)).digest('hex').slice(0, 32);
    const folder = join(this.#versions, name);
    return tellingFaults(
      this.#folder,
      async () => {
        if (!(await isWholeVersion(folder))) await this.#fetchInto(folder, fetch);
        await this.#markUsed(folder);
        return folder;
      },
      CACHE,
    );
  }

  async #fetchInto(folder: string, fetch: (draft: string) => Promise<void>): Promise<void> {
    await makeFolder(this.#versions);
    await makeFolder(this.#staging);
    await sweepStaging(this.#staging);
    const draft = join(this.#staging, randomUUID());
    await mkdir(draft);
    try {
      await fetch(draft);
      await verifyVersionFiles(draft);
      for (const name of await readdir(draft)) await chmod(join(draft, name), READ_ONLY);
      await syncFolder(draft);
      await this.#publish(draft, folder);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    await this.#prune(folder);
  }

  /** What is there under its name gives way only if it is not whole: another may have fetched it meanwhile, and use it. */
  async #publish(draft: string, folder: string): Promise<void> {
    while (!(await isPublished(draft, folder))) {
      if (await isWholeVersion(folder)) return;
      await this.#remove(folder);
    }
    await syncFolder(this.#versions);
  }

  /** Renamed first, so that nobody finds half of it under its name. */
  async #remove(folder: string): Promise<void> {
    const doomed = join(this.#staging, randomUUID());
    await unlessMissing(rename(folder, doomed), undefined);
    await rm(doomed, { recursive: true, force: true });
  }

  /** The time of a folder says when its version was last asked for. */
  async #markUsed(folder: string): Promise<void> {
    const now = new Date();
    try {
      await utimes(folder, now, now);
    } catch (error) {
      // A cache that was filled before and is read-only now serves as well, and nothing is removed from it.
      if (!isFault(error, 'EROFS', 'EACCES', 'EPERM', 'ENOENT')) throw error;
    }
  }

  async #prune(newest: string): Promise<void> {
    const found = await Promise.all(
      (await readdir(this.#versions)).map(async (name) => {
        const folder = join(this.#versions, name);
        return { folder, usedMs: (await unlessMissing(stat(folder), undefined))?.mtimeMs ?? 0 };
      }),
    );
    const others = found.filter(({ folder }) => folder !== newest).sort((a, b) => b.usedMs - a.usedMs);
    for (const { folder } of others.slice(CACHED_VERSIONS - 1)) await this.#remove(folder);
  }
}

/** False where something of that name is there. */
async function isPublished(draft: string, folder: string): Promise<boolean> {
  try {
    await rename(draft, folder);
    return true;
  } catch (error) {
    if (isFault(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) return false;
    throw error;
  }
}
