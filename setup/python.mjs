// @ts-check
/** The Python environment in .venv/, which training needs: exactly what training/requirements.txt lists, by its hashes. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { faultOf } from './faults.mjs';
import { emptyFolder } from './folders.mjs';
import { findPython } from './python-interpreter.mjs';
import { fingerprint } from './stamp.mjs';

const REQUIREMENTS = 'training/requirements.txt';
// Isolated (-I) from PYTHONPATH and the user's own packages. `--only-binary`: nothing is compiled or run to install.
const PIP = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off'];
const LOCKED = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r', REQUIREMENTS];

/** @type {import('./prepare.mjs').Step} */
export const python = {
  title: 'Setting up Python',
  stamp: '.venv/.requirements.sha256',

  inputs: (root) => fingerprint(readFileSync(join(root, REQUIREMENTS))),

  isIntact: (root) => isOfItsPython(join(root, '.venv')),

  check: async () => void (await findPython()),

  async work({ root, run, say }) {
    emptyFolder(join(root, '.venv'));
    say('making the environment');
    const made = await run(await findPython(), ['-I', '-m', 'venv', '.venv']);
    if (made.code !== 0) throw faultOf('Making the Python environment', made);
    say('installing packages');
    const installed = await run(join(root, '.venv/bin/python'), [...PIP, ...LOCKED]);
    if (installed.code !== 0) throw faultOf('Installing the Python packages', installed);
  },
};

/**
 * Whether the Python that the environment was made with is still there; the system may have replaced 3.11 by 3.12, and
 * the link then leads to a Python that does not know the packages.
 * @param {string} venv
 */
function isOfItsPython(venv) {
  const link = join(venv, 'bin/python');
  if (!existsSync(link)) return false;
  const name = basename(realpathSync(link));
  return !/^python3\.\d+$/.test(name) || existsSync(join(venv, 'lib', name));
}
