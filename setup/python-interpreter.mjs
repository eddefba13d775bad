// @ts-check
/** Finds the Python to train with: one of the supported versions, able to make an environment. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from './faults.mjs';
import { PROBE_TIMEOUT_MS } from './limits.mjs';

/** Minor versions of Python 3 for which all of training/requirements.txt is there ready-made. */
const MINOR = { from: 11, to: 13 };
const NAMES = ['python3', 'python3.13', 'python3.12', 'python3.11'];
const SUPPORTED = `Python 3.${MINOR.from} to 3.${MINOR.to}`;
const INSTALL = 'on Debian and Ubuntu: `apt install python3 python3-venv`';

// Any Python can read this, so that an old one gets to say its version. Debian has the two modules in a package apart.
const PROBE = `
import sys
print("%d.%d.%d" % sys.version_info[:3])
print(sys.executable)
import venv, ensurepip
print("venv")
`;

/** @typedef {{ name: string, version: string, path: string, hasVenv: boolean }} Interpreter */

/**
 * The interpreter that PYTHON names, else the first one in PATH that will do.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} its path
 * @throws {Fault} saying what was found and what to install
 */
export async function findPython(env = process.env) {
  const chosen = env['PYTHON'];
  /** @type {Interpreter[]} */
  const found = [];
  for (const name of chosen ? [chosen] : NAMES) {
    const interpreter = await probe(name, env);
    if (interpreter === undefined) continue;
    if (isSupported(interpreter) && interpreter.hasVenv) return interpreter.path;
    found.push(interpreter);
  }
  throw new Fault(whatIsMissing(found, chosen));
}

/**
 * @param {Interpreter[]} found
 * @param {string | undefined} chosen
 */
function whatIsMissing(found, chosen) {
  const withoutVenv = found.find(isSupported);
  if (withoutVenv !== undefined) {
    const { name, version, path } = withoutVenv;
    const debianPackage = /^python3\.\d+$/.test(name) ? `${name}-venv` : 'python3-venv';
    return `Python ${version} (${path}) cannot make environments: install its venv module (on Debian and Ubuntu: \`apt install ${debianPackage}\`).`;
  }
  if (chosen && found.length === 0)
    return `PYTHON is '${chosen}', which does not run: set it to ${SUPPORTED}, or unset it.`;
  const remedy = `install ${SUPPORTED} (${INSTALL}), or name one in the environment variable PYTHON.`;
  if (found.length === 0) return `No python3 was found in PATH: ${remedy}`;
  const list = found.map(({ version, path }) => `Python ${version} (${path})`).join(', ');
  return `${list} was found, which is not a supported version: ${remedy}`;
}

/** @param {Interpreter} interpreter */
function isSupported({ version }) {
  const [major, minor] = version.split('.').map(Number);
  return major === 3 && minor !== undefined && minor >= MINOR.from && minor <= MINOR.to;
}

/**
 * @param {string} name
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<Interpreter | undefined>} undefined if there is none that runs
 */
async function probe(name, env) {
  /** @type {string} */
  let output;
  try {
    ({ stdout: output } = await promisify(execFile)(name, ['-c', PROBE], { env, timeout: PROBE_TIMEOUT_MS }));
  } catch (error) {
    // What is missing ends the probe; what it said before counts.
    output = /** @type {{ stdout?: string }} */ (error).stdout ?? '';
  }
  const [version, path, venv] = output.split(/\r?\n/);
  return version && path ? { name, version, path, hasVenv: venv === 'venv' } : undefined;
}
