// @ts-check
/**
 * `node deploy/release/build.mjs --out FOLDER`: builds the image of the commit that is checked out, once: an archive in
 * OCI's format with its provenance and the list of what is in it (SBOM), and beside it which commit and digest that is.
 * What is tried and what is pushed later are these bytes. It needs Docker with buildx, and no credentials.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments } from './arguments.mjs';
import { checkout, cleanCommit } from './commit.mjs';
import { isDigest } from './image-reference.mjs';
import { outputOf, say, textOf } from './programs.mjs';

/** That of the instances in deploy/infrastructure/fleet.yaml. */
const PLATFORM = 'linux/amd64';

command(async (args) => {
  const { out } = readArguments(args, 'node deploy/release/build.mjs --out FOLDER', ['out']);
  const folder = resolve(out);
  const root = await checkout();
  const commit = await cleanCommit();
  const base = await baseByDigest(root);
  await mkdir(folder, { recursive: true });
  say(`building the image of ${commit} on ${base}`);
  const digest = await build(root, folder, { commit, base });
  await writeFile(join(folder, 'image.json'), `${JSON.stringify({ commit, digest, base }, undefined, 2)}\n`);
  say(`${join(folder, 'image.tar')} has ${digest}`);
});

/**
 * The base that the Dockerfile names by a tag, as it is now.
 * @param {string} root
 */
async function baseByDigest(root) {
  const [, tag] = /^ARG BASE=(\S+)$/m.exec(await readFile(join(root, 'Dockerfile'), 'utf8')) ?? [];
  if (tag === undefined) throw new Fault('The Dockerfile has no line `ARG BASE=…`, which names its base.');
  const digest = await textOf('docker', ['buildx', 'imagetools', 'inspect', tag, '--format', '{{.Manifest.Digest}}']);
  if (!isDigest(digest)) throw new Fault(`Docker gives '${digest}' as the digest of ${tag}, which is none.`);
  return `${tag}@${digest}`;
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {{ commit: string, base: string }} release
 * @returns {Promise<string>} the digest of the image, its provenance and SBOM included
 */
async function build(root, folder, { commit, base }) {
  const metadata = join(folder, 'metadata.json');
  // The builder that Docker has by itself keeps no provenance; this one does, and is gone afterwards.
  const builder = await textOf('docker', ['buildx', 'create', '--driver', 'docker-container']);
  try {
    const options = [
      ['--builder', builder, '--platform', PLATFORM, '--target', 'server'],
      ['--build-arg', `RELEASE=${commit}`, '--build-arg', `BASE=${base}`],
      ['--provenance=mode=max', '--sbom=true', '--metadata-file', metadata],
      ['--output', `type=oci,dest=${join(folder, 'image.tar')}`],
    ];
    await outputOf('docker', ['buildx', 'build', ...options.flat(), root], { shown: true });
  } finally {
    await outputOf('docker', ['buildx', 'rm', '--force', builder]);
  }
  /** @type {Record<string, unknown>} */
  const said = JSON.parse(await readFile(metadata, 'utf8'));
  const digest = said['containerimage.digest'];
  if (typeof digest !== 'string' || !isDigest(digest)) throw new Fault(`${metadata} names no digest of the image.`);
  return digest;
}
