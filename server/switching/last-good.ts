/**
 * The version that was served last, kept on disk: at the next start it is served if the registry is down.
 *
 *     last-good/NAME@ALIAS.json      which version that is and in which folder; replaced as a whole
 *     last-good/NAME@ALIAS/ID/…      its files
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { copyReadOnly, makeFolder, replaceFile, syncFolder } from '../../registry/atomic-file.js';
import { unlessMissing } from '../../registry/file-faults.js';
import type { ModelVersion } from '../../registry/model-registry.js';
import { formatModelUri, type ModelUri } from '../../registry/model-uri.js';
import { sweepStaging } from '../../registry/staging.js';
import { verifyVersionFiles } from '../../registry/version-files.js';
import type { Target } from './participant.js';

const Pointer = Type.Object({
  /** Where the version comes from: another registry's is not ours. */
  registry: Type.String(),
  folder: Type.String({ pattern: '^[0-9a-f-]{36}$' }),
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

export class LastGood {
  readonly #registry: string;
  readonly #pointer: string;
  readonly #folders: string;
  readonly #staging: string;

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
  }

  /**
   * What was kept last; undefined where nothing is.
   * @throws Error where what was kept is not whole any more
   */
  async read(): Promise<Target | undefined> {
    const text = await unlessMissing(readFile(this.#pointer, 'utf8'), undefined);
    if (text === undefined) return undefined;
    const kept: unknown = JSON.parse(text);
    if (!pointer.Check(kept)) throw new Error(`${this.#pointer} is not what the server writes`);
    if (kept.registry !== this.#registry) return undefined;
    const folder = join(this.#folders, kept.folder);
    await verifyVersionFiles(folder);
    return { version: kept.version, folder };
  }

  /**
   * Keeps the version, in the place of the one before.
   * @throws Error of the file system
   */
  async keep({ version, folder }: Target): Promise<void> {
    const id = randomUUID();
    const staged = join(this.#staging, id);
    try {
      await makeFolder(this.#folders);
      await mkdir(staged, { recursive: true });
      await sweepStaging(this.#staging);
      for (const name of await readdir(folder)) await copyReadOnly(join(folder, name), join(staged, name));
      await syncFolder(staged);
      await rename(staged, join(this.#folders, id));
      await syncFolder(this.#folders);
    } catch (error) {
      await rm(staged, { recursive: true, force: true });
      throw error;
    }
    const content: Pointer = { registry: this.#registry, folder: id, version };
    await replaceFile(this.#pointer, `${JSON.stringify(content, undefined, 2)}\n`, this.#staging);
    for (const name of await readdir(this.#folders)) {
      if (name !== id) await rm(join(this.#folders, name), { recursive: true, force: true });
    }
  }
}
