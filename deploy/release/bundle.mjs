// @ts-check
/**
 * `node deploy/release/bundle.mjs --commit COMMIT --image REPOSITORY@sha256:DIGEST --out FILE.tar`: the revision that
 * CodeDeploy brings to the instances: what it is to do there (appspec.yml and deploy/hooks/ of that commit), and in
 * release.env with which image. The same commit and image give the same bytes, so that a revision can be made again.
 * With EXPECTED_MODEL_VERSION an instance also wants that version of the model to be served.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments } from './arguments.mjs';
import { checkout, commitOf, git } from './commit.mjs';
import { immutable } from './image-reference.mjs';
import { outputOf, say } from './programs.mjs';

const USAGE = 'node deploy/release/bundle.mjs --commit COMMIT --image REPOSITORY@sha256:DIGEST --out FILE.tar';
const APPSPEC = 'appspec.yml';
const HOOKS = 'deploy/hooks';

command(async (args) => {
  const { commit: name, image, out } = readArguments(args, USAGE, ['commit', 'image', 'out']);
  const reference = immutable(image);
  const commit = await commitOf(name);
  const files = await filesOf(commit);
  const settings = `IMAGE=${reference}\nRELEASE=${commit}\n${expectedModel()}`;
  // Owners, times and rights are the commit's and git's, nothing of this machine; and nothing is compressed, since two
  // versions of a program that does so differ. What is not committed is no part of it.
  const form = ['-c', 'tar.umask=0022', 'archive', '--format=tar', `--add-virtual-file=release.env:${settings}`];
  const bytes = await outputOf('git', ['-C', await checkout(), ...form, commit, '--', ...files]);
  await mkdir(dirname(out), { recursive: true });
  await writeFile(out, bytes);
  say(`${out}: ${[...files, 'release.env'].join(' ')}`);
});

/** The line of release.env for the version of the model; most releases have none, since it moves by its alias. */
function expectedModel() {
  const version = process.env['EXPECTED_MODEL_VERSION'] ?? '';
  if (version === '') return '';
  if (!/^[1-9]\d*$/.test(version)) {
    throw new Fault(`EXPECTED_MODEL_VERSION is '${version}': it is to be the number of a version, or not set.`);
  }
  return `EXPECTED_MODEL_VERSION=${version}\n`;
}

/**
 * What of a commit the instances need.
 * @param {string} commit
 * @throws Fault where they could do nothing with it
 */
async function filesOf(commit) {
  const there = (await git('ls-tree', '-r', '-z', '--full-tree', '--name-only', commit, '--', APPSPEC, HOOKS)).split(
    '\0',
  );
  const files = there.filter((file) => file !== '' && !file.endsWith('.md'));
  if (!files.includes(APPSPEC)) {
    throw new Fault(`Commit ${commit} has no ${APPSPEC}, by which CodeDeploy would deploy it: name a later one.`);
  }
  const spec = await git('show', `${commit}:${APPSPEC}`);
  for (const [, location = ''] of spec.matchAll(/^\s*-?\s*location:\s*['"]?([^\s'"#]+)/gm)) {
    if (files.includes(location)) continue;
    throw new Fault(`${APPSPEC} of commit ${commit} names ${location}, which is no file in ${HOOKS}/ of that commit.`);
  }
  return files;
}
