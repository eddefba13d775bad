/** A user with few rights, for tests of what happens without them: root, as whom CI runs, may do anything. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `nobody`, as every Linux has it. */
export const OTHER_USER = 65_534;

/** Why no process can be started as that user here; false where one can. */
export function withoutOtherUser(): string | false {
  if (process.getuid?.() !== 0) return 'only root may start a process as another user';
  const { status } = spawnSync('test', ['-r', fileURLToPath(import.meta.url)], { uid: OTHER_USER, gid: OTHER_USER });
  return status === 0 ? false : 'another user may not read this checkout';
}
