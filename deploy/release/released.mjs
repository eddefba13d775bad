// @ts-check
/**
 * `node deploy/release/released.mjs --commit COMMIT`: prints by which name the image of an earlier release stays the same,
 * for a return to it. IMAGE_REPOSITORY says where it was pushed to.
 */
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments, readVariables } from './arguments.mjs';
import { commitOf } from './commit.mjs';
import { immutable } from './image-reference.mjs';
import { pushedDigest } from './registry.mjs';

command(async (args) => {
  const { commit: name } = readArguments(args, 'node deploy/release/released.mjs --commit COMMIT', ['commit']);
  const { IMAGE_REPOSITORY: repository } = readVariables(['IMAGE_REPOSITORY']);
  const commit = await commitOf(name);
  const digest = await pushedDigest(repository, commit);
  if (digest === undefined) {
    throw new Fault(
      `${repository} has no image of commit ${commit}: it was never released, or so long ago that its image was removed. Release it anew.`,
    );
  }
  console.log(immutable(`${repository}@${digest}`));
});
