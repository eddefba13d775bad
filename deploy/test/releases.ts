/** Releases to bring to an instance: the image as it was built, and others that differ from it in one layer. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker as builder, SERVER } from './built-image.js';
import type { Docker } from './docker.js';
import type { Instance } from './instance.js';

/** Has the instance's daemon know the image that was built, by the same tag. */
export async function bringImage({ docker }: Instance): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-image-'));
  try {
    const archive = join(folder, 'image.tar');
    await builder.run('save', '--output', archive, SERVER);
    await docker.run('load', '--input', archive);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Pushes an image made of the one that was built, and gives the name by which its digest is pulled.
 * @param lines of a Dockerfile, after its FROM
 */
export async function publish({ docker, registry }: Instance, name: string, lines: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'food-eta-derived-'));
  try {
    await writeFile(join(folder, 'Dockerfile'), `FROM ${SERVER}\n${lines}\n`);
    await docker.run('build', `--tag=${name}`, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return registry.push(name);
}

/** Has the daemon know no image, so that each that is deployed has to be pulled. */
export async function forgetImages(docker: Docker): Promise<void> {
  const ids = new Set((await docker.run('image', 'ls', '--quiet')).split('\n'));
  await docker.run('image', 'rm', '--force', ...ids);
  await docker.run('builder', 'prune', '--all', '--force');
}
