// @ts-check
/** The commit that a release is of, in the checkout that the program was started in. */
import { Fault } from '../../setup/faults.mjs';
import { ProgramFailed, textOf } from './programs.mjs';

/** @param {...string} args */
export function git(...args) {
  return textOf('git', args);
}

/** The folder of the checkout. */
export async function checkout() {
  try {
    return await git('rev-parse', '--show-toplevel');
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Fault('This folder is no checkout of git: run it in the one that is released.', error.details);
  }
}

/**
 * The whole name of a commit that is there.
 * @param {string} name 40 hexadecimal digits, or what else git knows a commit by
 * @throws Fault
 */
export async function commitOf(name) {
  try {
    return await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    throw new Fault(`There is no commit '${name}' in this checkout: name one of its history, and fetch all of it.`);
  }
}

/**
 * The commit that is checked out.
 * @throws Fault where the files are not those of the commit
 */
export async function cleanCommit() {
  const commit = await commitOf('HEAD');
  const changes = await git('status', '--porcelain', '--untracked-files=normal');
  if (changes !== '') {
    throw new Fault(
      `The checkout is not what commit ${commit} is: a release is named by a commit and so built from it alone. Commit or remove what is listed above.`,
      changes,
    );
  }
  return commit;
}
