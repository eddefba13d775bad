// @ts-check
/** What build.mjs has left: an archive, and of which commit it is. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../setup/faults.mjs';
import { textAt } from './aws.mjs';
import { commitOf } from './commit.mjs';
import { isDigest } from './image-reference.mjs';

/**
 * @param {string} folder
 * @returns {Promise<{ archive: string, commit: string, digest: string }>}
 * @throws Fault where it is not there, or is of another commit than the checkout
 */
export async function readBuiltImage(folder) {
  const [archive, file] = [join(folder, 'image.tar'), join(folder, 'image.json')];
  /** @type {unknown} */
  let said;
  try {
    await access(archive);
    said = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`${folder} holds no image that build.mjs has made: ${reason}`);
  }
  const [commit, digest] = [textAt(said, 'commit'), textAt(said, 'digest')];
  if (!isDigest(digest)) throw new Fault(`${file} names no digest: have build.mjs build it again.`);
  const head = await commitOf('HEAD');
  if (commit !== head) {
    throw new Fault(`The image in ${folder} is of commit ${commit}, and the checkout is at ${head}: build it again.`);
  }
  return { archive, commit, digest };
}
