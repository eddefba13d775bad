/**
 * Tells at once that an alias of a local registry may have moved, where the system reports changes of files; mounts
 * often do not, so that it is a hint and nobody may rely on it alone.
 */
import { type FSWatcher, watch } from 'node:fs';
import { isFault } from './file-faults.js';
import type { AliasWatch } from './model-registry.js';

/**
 * Calls `onChange` when something in the folder changes, as far as the system tells.
 * @param folder with the aliases, which need not exist; the folder and not a file, since files are replaced
 */
export function watchFolder(folder: string, onChange: () => void): AliasWatch {
  let watcher: FSWatcher | undefined;
  const end = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  return {
    renew() {
      if (watcher !== undefined) return;
      try {
        watcher = watch(folder, { persistent: false }, onChange);
        // The folder is gone, say: the next renewal begins anew.
        watcher.on('error', end);
      } catch (error) {
        if (!isFault(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOSPC', 'EMFILE', 'ENOSYS')) throw error;
      }
    },
    close: end,
  };
}
