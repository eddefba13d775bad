// @ts-check
/** What Amazon ECR has: images, each under the commit that it was built from, which is never given to another. */
import { Fault } from '../../setup/faults.mjs';
import { aws, Refused, textAt } from './aws.mjs';
import { isDigest } from './image-reference.mjs';

/**
 * The digest of the image that was pushed for a commit.
 * @param {string} repository its address, without a tag
 * @param {string} commit
 * @returns {Promise<string | undefined>} undefined where there is none
 */
export async function pushedDigest(repository, commit) {
  const name = repository.slice(repository.indexOf('/') + 1);
  const ask = ['ecr', 'describe-images', '--repository-name', name, '--image-ids', `imageTag=${commit}`];
  try {
    const digest = textAt(
      await aws(`Asking ${name} for its image of ${commit}`, ask),
      'imageDetails',
      0,
      'imageDigest',
    );
    if (!isDigest(digest)) throw new Fault(`ECR names no digest for the image of ${commit}.`);
    return digest;
  } catch (error) {
    if (error instanceof Refused && error.reason === 'ImageNotFoundException') return undefined;
    throw error;
  }
}
