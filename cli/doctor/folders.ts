/** Whether what the program writes can be written: its folders, or those that they are to be made in. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Check, type Finding, ok, wrong } from './check.js';

const WRITTEN = ['DATA_DIR', 'REPORTS_DIR', 'REGISTRY_DIR', 'CACHE_DIR'] as const;

/** A finding for each folder that a setting names. */
export const folders: Check = {
  name: 'folders',
  examine: ({ environment }) =>
    Promise.all(
      WRITTEN.map(async (key): Promise<Finding> => {
        const folder = environment[key];
        const fault = await writeFault(folder);
        if (fault === undefined) return ok(`${key}, ${folder}, can be written.`);
        return wrong(
          `${key}, ${folder}, cannot be written: ${fault}.`,
          `Give this user the right to, or set ${key} to a folder where it has it.`,
        );
      }),
    ),
};

/** Why nothing can be written there; of a folder that is yet to be made, why not where it would be. */
async function writeFault(folder: string): Promise<string | undefined> {
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    if (isMissing && dirname(folder) !== folder) return writeFault(dirname(folder));
    return error instanceof Error ? error.message : String(error);
  }
}
