// @ts-check
/** Ruff in .venv/, by setup/requirements.txt. Only the checks need it, so it is none of the steps before every command. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installLocked } from './python.mjs';
import { fingerprint } from './stamp.mjs';

const REQUIREMENTS = 'setup/requirements.txt';

/** After the step `python`, which makes the environment, and makes it anew with all that is in it. @type {import('./prepare.mjs').Step} */
export const ruff = {
  title: 'Installing ruff',
  stamp: '.venv/.ruff.sha256',
  inputs: (root) => fingerprint(readFileSync(join(root, REQUIREMENTS))),
  isIntact: (root) => existsSync(join(root, '.venv/bin/ruff')),
  work: (context) => installLocked('.venv', REQUIREMENTS, context),
};
