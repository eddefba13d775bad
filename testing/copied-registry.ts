/** A copy of the trained project's registry, for a test that changes it. */
import { chmod, cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_NAME } from '../config/model-name.js';
import { LocalRegistry } from '../registry/local-registry.js';
import { trainedProject } from './trained-project.js';

export interface CopiedRegistry {
  readonly folder: string;
  readonly registry: LocalRegistry;
  /** The folder of the files of a version, which may be written to. */
  files(version: number): Promise<string>;
}

/** @param folder to copy it to */
export async function copyRegistry(folder: string): Promise<CopiedRegistry> {
  await cp((await trainedProject()).registryDir, folder, { recursive: true });
  return {
    folder,
    registry: new LocalRegistry(folder),
    async files(version) {
      const files = join(folder, MODEL_NAME, 'versions', String(version), 'files');
      for (const name of await readdir(files)) await chmod(join(files, name), 0o644);
      return files;
    },
  };
}
