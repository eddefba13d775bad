// @ts-check
/** Python environments: exactly what a list of requirements names, by its hashes. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { faultOf } from './faults.mjs';
import { emptyFolder } from './folders.mjs';
import { findPython } from './python-interpreter.mjs';
import { fingerprint } from './stamp.mjs';

// Isolated (-I) from PYTHONPATH and the user's own packages. `--only-binary`: nothing is compiled or run to install.
const PIP = ['-I', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--progress-bar=off'];
const LOCKED = ['--no-deps', '--require-hashes', '--only-binary', ':all:', '-r'];

/** What training needs. */
export const python = environment('Setting up Python', '.venv', 'training/requirements.txt');

/** What `npm run test:api` needs; nothing else makes it. */
export const schemathesis = environment(
  'Setting up schemathesis',
  '.venv-peers/schemathesis',
  'testing/schemathesis/requirements.txt',
);

/** What the tests need of a real MLflow, its server and its client. */
export const mlflow = environment(
  'Setting up MLflow for the tests',
  '.venv-peers/mlflow',
  'testing/mlflow/requirements.txt',
);

/** What `npm run bench -- --peers` needs, each by itself; nothing else makes them. */
export const peers = Object.freeze({
  fastapi: peer('fastapi'),
  mlserver: peer('mlserver'),
  bentoml: peer('bentoml'),
  litserve: peer('litserve'),
  'ray-serve': peer('ray-serve'),
});

/** @param {string} name of its folder */
function peer(name) {
  return environment(`Setting up ${name} for the bench`, `.venv-peers/${name}`, `bench/peers/${name}/requirements.txt`);
}

/** What the tests need of the client of Triton, which speaks the Open Inference Protocol. */
export const triton = environment(
  'Setting up the client of Triton for the tests',
  '.venv-peers/triton',
  'testing/triton/requirements.txt',
);

/** What the tests run the README's Python with. */
export const httpx = environment(
  'Setting up httpx for the tests',
  '.venv-peers/httpx',
  'testing/httpx/requirements.txt',
);

/** What the tests judge CloudFormation templates by. */
export const cfnLint = environment(
  'Setting up cfn-lint for the tests',
  '.venv-peers/cfn-lint',
  'testing/cfn-lint/requirements.txt',
);

/** What the test of `dvc.yaml` needs. */
export const dvc = environment('Setting up DVC for the tests', '.venv-peers/dvc', 'testing/dvc/requirements.txt');

/** What `npm run test:deploy` holds the programs of a release against; nothing else makes it. */
export const aws = environment(
  'Setting up aws and moto for the tests',
  '.venv-peers/aws',
  'testing/aws/requirements.txt',
);

/** What the tests judge the Dockerfile and the workflows by: hadolint and zizmor. */
export const linters = environment(
  'Setting up hadolint and zizmor for the tests',
  '.venv-peers/linters',
  'testing/linters/requirements.txt',
);

/**
 * @param {string} title
 * @param {string} folder
 * @param {string} requirements
 * @returns {import('./prepare.mjs').Step}
 */
function environment(title, folder, requirements) {
  return {
    title,
    stamp: `${folder}/.requirements.sha256`,

    inputs: (root) => fingerprint(readFileSync(join(root, requirements))),

    isIntact: (root) => isOfItsPython(join(root, folder)),

    check: async () => void (await findPython()),

    async work({ root, run, say }) {
      emptyFolder(join(root, folder));
      say('making the environment');
      const made = await run(await findPython(), ['-I', '-m', 'venv', folder]);
      if (made.code !== 0) throw faultOf('Making the Python environment', made);
      say('installing packages');
      await installLocked(folder, requirements, { root, run });
    },
  };
}

/**
 * Installs exactly what a lock lists into an environment.
 * @param {string} folder of the environment
 * @param {string} requirements
 * @param {Pick<import('./prepare.mjs').Context, 'root' | 'run'>} context
 */
export async function installLocked(folder, requirements, { root, run }) {
  const installed = await run(join(root, folder, 'bin/python'), [...PIP, ...LOCKED, requirements]);
  if (installed.code !== 0) throw faultOf('Installing the Python packages', installed);
}

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
