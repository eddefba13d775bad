// @ts-check
/** The packages of package-lock.json in node_modules/, by the npm that runs us. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { faultOf, NO_NETWORK } from './faults.mjs';
import { fingerprint } from './stamp.mjs';

// Development packages are needed for building, whatever NODE_ENV says; the log level is for the end of the output to
// tell the cause, whatever npm itself was run with.
const CI = ['ci', '--include=dev', '--loglevel=notice', '--no-audit', '--no-fund'];

/** Without a network `npm ci` itself tries every package, several times over, before it says so minutes later. */
const PING = ['ping', '--loglevel=notice', '--fetch-retries=1', '--fetch-retry-mintimeout=1000'];

/** @type {import('./prepare.mjs').Step} */
export const packages = {
  title: 'Installing packages',
  stamp: 'node_modules/.package-lock.sha256',

  inputs: (root) => fingerprint(readFileSync(join(root, 'package-lock.json')), process.platform, process.arch),

  async work({ run }) {
    const npm = process.env['npm_execpath'] ?? '';
    // Under yarn or pnpm the variable names them instead.
    const [program, script] = /^npm-cli\.c?js$/.test(basename(npm)) ? [process.execPath, [npm]] : ['npm', []];
    const ping = await run(program, [...script, ...PING]);
    // A registry that answers, though it knows no ping, is there.
    const end = NO_NETWORK.test(ping.output) ? ping : await run(program, [...script, ...CI]);
    // npm only warns of files that it could not write, say because the disk is full, and ends as if all were well.
    if (end.code !== 0 || end.output.includes('TAR_ENTRY_ERROR')) throw faultOf('Installing packages', end);
  },
};
