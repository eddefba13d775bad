/** The image, built once for all that is tested of it. Whoever imports this waits until it is there. */
import { randomBytes } from 'node:crypto';
import t from 'tap';
import { importBase, ROOT } from './base-image.js';
import { startDocker } from './docker.js';
import { proxies } from './machine.js';

export const SERVER = 'food-eta:tested';
/** The commit that it says it is of. */
export const RELEASE = randomBytes(20).toString('hex');

export const say = (line: string) => process.stderr.write(`${line}\n`);

/** It has the network of this machine, so that packages are reached as from here. */
export const docker = await startDocker(t);
say('making the base image: a minute or two, unless it is in .cache/deploy');
await importBase(docker);
say('building the image');
const began = performance.now();
await build(SERVER);
say(`built in ${Math.round((performance.now() - began) / 1_000)} s`);

export async function build(tag: string, ...options: string[]): Promise<void> {
  const args = Object.entries({ RELEASE, ...proxies() }).map(([name, value]) => `--build-arg=${name}=${value}`);
  await docker.run('build', '--network=host', ...args, ...options, `--tag=${tag}`, ROOT);
}
