// @ts-check
/** Whether the compiled part of uWebSockets.js loads with this Node and C library: asked once for each such pair. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from './faults.mjs';
import { fingerprint } from './stamp.mjs';

/** @type {import('./prepare.mjs').Step} */
export const serverBinary = {
  title: 'Checking that the server loads on this system',
  stamp: 'node_modules/.server-binary.sha256',

  inputs: (root) =>
    fingerprint(
      readFileSync(join(root, 'package-lock.json')),
      process.version,
      process.platform,
      process.arch,
      glibc(),
    ),

  async work({ run }) {
    // In a process of its own, since a binary made for another system may end the process.
    const end = await run(process.execPath, ['-e', "require('uWebSockets.js')"]);
    if (end.code === 0) return;
    const system = `Node ${process.versions.node} on ${process.platform}-${process.arch} with ${glibc() ? `glibc ${glibc()}` : 'no glibc'}`;
    const errors = end.output.split('\n').filter((line) => line.startsWith('Error: '));
    throw new Fault(`The server (uWebSockets.js) does not load with ${system}: ${remedy()}`, errors.at(-1));
  },
};

function remedy() {
  const isOldGlibc = glibc() !== '' && !process.version.startsWith('v20.');
  return isOldGlibc
    ? 'use Node 20, or a system with glibc 2.38 or newer, which Node 22 and 24 need (Debian 13, Ubuntu 24.04).'
    : 'use a Debian or Ubuntu, on x64 or arm64.';
}

/** @returns {string} the version of the C library, '' where it is another one */
function glibc() {
  const { report } = process;
  // Without this the report looks up the names of all open connections. (Node's types do not know it yet.)
  Object.assign(report, { excludeNetwork: true });
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (report.getReport());
  return header.glibcVersionRuntime ?? '';
}
