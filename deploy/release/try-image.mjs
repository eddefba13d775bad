// @ts-check
/**
 * `node deploy/release/try-image.mjs --image FOLDER`: starts the image that build.mjs has made as it is to be run, without
 * rights and with a root that is not written to, and asks it for its health and for which commit it is of. It needs Docker
 * and skopeo.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { readArguments } from './arguments.mjs';
import { textAt } from './aws.mjs';
import { readBuiltImage } from './built-image.mjs';
import { ASK_AGAIN_MS, START_SECONDS } from './limits.mjs';
import { outputOf, say, textOf } from './programs.mjs';

const HARDENED = [
  '--read-only',
  '--cap-drop=ALL',
  '--security-opt=no-new-privileges',
  '--memory=1g',
  '--pids-limit=256',
];

command(async (args) => {
  const { image } = readArguments(args, 'node deploy/release/try-image.mjs --image FOLDER', ['image']);
  const { archive, commit } = await readBuiltImage(image);
  const tag = `food-eta-tried:${commit}`;
  await outputOf('skopeo', ['copy', `oci-archive:${archive}`, `docker-daemon:${tag}`], { shown: true });
  const id = await textOf('docker', ['run', '--detach', ...HARDENED, '--publish=127.0.0.1::8000', tag]);
  try {
    const [address = ''] = (await textOf('docker', ['port', id, '8000/tcp'])).split('\n');
    const health = await untilHealthy(`http://${address}/health`);
    const release = textAt(health, 'release');
    if (release !== commit) throw new Fault(`The image says that it is of '${release}', and was built from ${commit}.`);
    say(`The image of ${commit} is healthy.`);
  } catch (error) {
    say(await textOf('docker', ['logs', '--tail', '50', id]));
    throw error;
  } finally {
    await outputOf('docker', ['rm', '--force', '--volumes', id]);
  }
});

/**
 * @param {string} url
 * @returns {Promise<unknown>} what it says when it answers with 200
 * @throws Fault where it does not in time
 */
async function untilHealthy(url) {
  const deadline = performance.now() + START_SECONDS * 1_000;
  let last = 'no answer';
  while (performance.now() < deadline) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(START_SECONDS * 1_000) });
      const text = await response.text();
      if (response.status === 200) return JSON.parse(text);
      last = `${response.status} ${text}`;
    } catch (error) {
      // What fetch throws where nobody listens yet.
      if (!(error instanceof TypeError)) throw error;
    }
    await delay(ASK_AGAIN_MS);
  }
  throw new Fault(`The image is not healthy after ${START_SECONDS} s: ${last}.`);
}
