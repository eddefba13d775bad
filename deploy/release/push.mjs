// @ts-check
/**
 * `node deploy/release/push.mjs --image FOLDER`: puts the image that build.mjs has made into Amazon ECR, under its commit
 * and with its digest, and prints by which name it stays the same. IMAGE_REPOSITORY says where to. The commit's name is
 * given once: the same image again is no fault, another one is.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments, readVariables } from './arguments.mjs';
import { awsBytes } from './aws.mjs';
import { readBuiltImage } from './built-image.mjs';
import { immutable } from './image-reference.mjs';
import { outputOf, say } from './programs.mjs';
import { pushedDigest } from './registry.mjs';

command(async (args) => {
  const { image } = readArguments(args, 'node deploy/release/push.mjs --image FOLDER', ['image']);
  const { IMAGE_REPOSITORY: repository } = readVariables(['IMAGE_REPOSITORY']);
  const { archive, commit, digest } = await readBuiltImage(image);
  const before = await pushedDigest(repository, commit);
  if (before === digest) say(`${repository} has it already`);
  else if (before === undefined) await push(archive, repository, commit, digest);
  else {
    throw new Fault(
      `${repository} has another image of commit ${commit}, ${before}: a commit is built and released once. Deploy that one (released.mjs names it), or release another commit.`,
    );
  }
  console.log(immutable(`${repository}@${digest}`));
});

/**
 * @param {string} archive
 * @param {string} repository
 * @param {string} commit
 * @param {string} digest
 */
async function push(archive, repository, commit, digest) {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-push-'));
  const authfile = join(folder, 'auth.json');
  try {
    const password = `${await awsBytes('Signing in to the registry', ['ecr', 'get-login-password'])}`.trim();
    const [registry = ''] = repository.split('/');
    const auth = Buffer.from(`AWS:${password}`).toString('base64');
    await writeFile(authfile, JSON.stringify({ auths: { [registry]: { auth } } }), { mode: 0o600 });
    // All of it: the image, its provenance and its SBOM are one index, whose digest is to stay what it is.
    const as = ['--all', '--preserve-digests', '--authfile', authfile];
    const target = `docker://${repository}:${commit}`;
    await outputOf('skopeo', ['copy', ...as, `oci-archive:${archive}`, target], { shown: true });
  } finally {
    // It holds a password that is good for hours.
    await rm(folder, { recursive: true, force: true });
  }
  const pushed = await pushedDigest(repository, commit);
  if (pushed !== digest) {
    throw new Fault(`${repository} has ${pushed ?? 'nothing'} for commit ${commit} after the push of ${digest}.`);
  }
}
