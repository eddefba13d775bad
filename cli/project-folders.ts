/** The folders that are not set are those of the checkout, from wherever the program is started. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATHS, SETTINGS } from '../config/environment.js';

/** Seen from `dist/cli/`. */
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Sets them in the environment, which the processes that are started inherit; a path that is given stays as it is. */
export function nameFolders(variables: NodeJS.ProcessEnv = process.env): void {
  for (const key of PATHS) variables[key] ||= resolve(ROOT, SETTINGS[key].fallback);
}
