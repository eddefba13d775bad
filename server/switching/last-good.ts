/**
 * The version that was served last, kept on disk: at the next start it is served if the registry is down.
 *
 *     last-good/NAME@ALIAS.json      which version that is and in which folder; replaced as a whole
 *     last-good/NAME@ALIAS/ID/…      its files, and those of the one before
 *     last-good/NAME@ALIAS.lock      the lock of who writes there
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { copyReadOnly, makeFolder, replaceFile, syncFolder } from '../../registry/atomic-file.js';
import { unlessMissing } from '../../registry/file-faults.js';
import { type LockPlace, withLock } from '../../registry/lock.js';
import type { ModelVersion } from '../../registry/model-registry.js';
import { formatModelUri, type ModelUri } from '../../registry/model-uri.js';
import { sweepStaging } from '../../registry/staging.js';
import { isWholeVersion, verifyVersionFiles } from '../../registry/version-files.js';
import type { Target } from './participant.js';

const Pointer = Type.Object({
  /** Where the version comes from: another registry's is not ours. */
  registry: Type.String(),
  folder: Type.String({ pattern: '^[0-9a-f]{32}$' }),
  version: Type.Object({
    name: Type.String(),
    version: Type.Integer({ minimum: 1 }),
    createdAt: Type.String(),
    runId: Type.String(),
    tags: Type.Record(Type.String(), Type.String()),
    aliases: Type.Array(Type.String()),
  }),
});
interface Pointer extends Omit<Type.Static<typeof Pointer>, 'version'> {
  readonly version: ModelVersion;
}
const pointer = Compile(Pointer);

/** The last good version of one alias of one registry, in `CACHE_DIR`. */
export class LastGood {
  readonly #registry: string;
  readonly #pointer: string;
  readonly #folders: string;
  readonly #staging: string;
  readonly #lock: LockPlace;

  /**
   * @param cache the folder for what may be deleted at any time
   * @param registry what tells the registry from others, such as its address
   */
  constructor(cache: string, registry: string, uri: ModelUri) {
    const root = join(cache, 'last-good');
    const name = formatModelUri(uri).slice('models:/'.length).replace('/', '@');
    this.#registry = registry;
    this.#pointer = join(root, `${name}.json`);
    this.#folders = join(root, name);
    this.#staging = join(root, 'staging');
    this.#lock = { lock: join(root, `${name}.lock`), holder: join(root, `${name}.holder`) };
  }

  /**
   * What was kept last; undefined where nothing is.
   * @throws Error where what was kept is not whole any more
   */
  async read(): Promise<Target | undefined> {
    const kept = await this.#readPointer();
    if (kept?.registry !== this.#registry) return undefined;
    const folder = join(this.#folders, kept.folder);
    await verifyVersionFiles(folder);
    return { version: kept.version, folder };
  }

  /**
   * Keeps the version as the one to serve next time. The one before stays beside it, so that to go back and forth between
   * two copies nothing.
   * @param filesOf gives the folder with the version's files, where they are needed
   * @throws Error of the file system or the registry
   */
  async keep(version: ModelVersion, filesOf: () => Promise<string>): Promise<void> {
    await makeFolder(this.#folders);
    await makeFolder(this.#staging);
    // Servers of one host may share the folder, and remove what they do not know.
    await withLock(this.#lock, async () => {
      const id = idOf(this.#registry, version);
      const before = (await this.#readPointer().catch(asNone))?.folder;
      if (!(await isWholeVersion(join(this.#folders, id)))) await this.#copy(await filesOf(), id);
      const content: Pointer = { registry: this.#registry, folder: id, version };
      await replaceFile(this.#pointer, `${JSON.stringify(content, undefined, 2)}\n`, this.#staging);
      for (const name of await readdir(this.#folders)) {
        if (name !== id && name !== before) await rm(join(this.#folders, name), { recursive: true, force: true });
      }
    });
  }

  async #copy(from: string, id: string): Promise<void> {
    const staged = join(this.#staging, randomUUID());
    const kept = join(this.#folders, id);
    try {
      await mkdir(staged);
      await sweepStaging(this.#staging);
      for (const name of await readdir(from)) await copyReadOnly(join(from, name), join(staged, name));
      await syncFolder(staged);
      await rm(kept, { recursive: true, force: true });
      await rename(staged, kept);
      await syncFolder(this.#folders);
    } catch (error) {
      await rm(staged, { recursive: true, force: true });
      throw error;
    }
  }

  async #readPointer(): Promise<Pointer | undefined> {
    const text = await unlessMissing(readFile(this.#pointer, 'utf8'), undefined);
    if (text === undefined) return undefined;
    const kept: unknown = JSON.parse(text);
    if (!pointer.Check(kept)) throw new Error(`${this.#pointer} is not what the server writes`);
    return kept;
  }
}

/** A pointer that cannot be read is replaced, and what it named is not kept. */
const asNone = (): undefined => undefined;

/** Numbers alone repeat where a registry was made anew. */
function idOf(registry: string, { name, version, runId }: ModelVersion): string {
  return createHash('sha256')
    .update(JSON.stringify([registry, name, version, runId]))
    .digest('hex')
    .slice(0, 32);
}
