/** Which commit of this project is at work. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Seen from `dist/training/`. */
const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

/** The commit's hash, with `-dirty` where tracked files differ from it; `unknown` outside a checkout. */
export async function gitCommit(): Promise<string> {
  const git = async (...args: string[]) => (await promisify(execFile)('git', args, { cwd: PROJECT })).stdout.trim();
  try {
    const commit = await git('rev-parse', 'HEAD');
    const changes = await git('status', '--porcelain', '--untracked-files=no');
    return changes === '' ? commit : `${commit}-dirty`;
  } catch {
    // No git, no checkout, or no commit yet: the version says so rather than that it cannot be made.
    return 'unknown';
  }
}
