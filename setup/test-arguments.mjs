// @ts-check
/** What `npm test -- …` takes: test files, `--coverage`, and which of their tests. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fault } from './faults.mjs';

/** Where tests lie that can be run, and how their files end. */
const PLACES = /** @type {const} */ ([
  ['dist', '.test.js'],
  ['setup', '.test.mjs'],
]);
/** Of these, those that `npm run test:deploy` runs. */
const DEPLOYMENT = 'dist/deploy/test/';

/**
 * @typedef {object} TestArguments
 * @property {string[]} files below the root; none of them means all
 * @property {boolean} coverage
 * @property {NodeJS.ProcessEnv} filter by which tap is told which tests of a file to run
 */

/**
 * @param {readonly string[]} args
 * @returns {TestArguments}
 * @throws Fault
 */
export function testArguments(args) {
  /** @type {NodeJS.ProcessEnv} */
  const filter = {};
  const { values, positionals } = parsed(args);
  if (values.grep !== undefined) filter['TAP_GREP'] = values.grep.join('\n');
  if (values.only === true) filter['TAP_ONLY'] = '1';
  return { files: positionals.map(builtFile), coverage: values.coverage === true, filter };
}

/** @param {readonly string[]} args */
function parsed(args) {
  const options = /** @type {const} */ ({
    coverage: { type: 'boolean' },
    grep: { type: 'string', multiple: true },
    only: { type: 'boolean' },
  });
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new Fault(`${reason}: npm test takes test files, --grep=PATTERN, --only and --coverage, after \`--\`.`);
  }
}

/**
 * The test files of `npm test`, once they are built.
 * @param {string} root
 */
export function allTestFiles(root) {
  return filesThere(root).filter((file) => !file.startsWith(DEPLOYMENT));
}

/**
 * Those of `npm run test:deploy`, which need Docker.
 * @param {string} root
 */
export function deploymentTestFiles(root) {
  return filesThere(root).filter((file) => file.startsWith(DEPLOYMENT));
}

/** @param {string} root */
function filesThere(root) {
  return PLACES.flatMap(([folder, ending]) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(folder, name)),
  );
}

/**
 * @param {string} root
 * @param {readonly string[]} files
 * @throws Fault naming the first that is none
 */
export function checkTestFiles(root, files) {
  const missing = files.find((file) => !existsSync(join(root, file)) || !isTest(file));
  if (missing !== undefined) throw new Fault(`${missing} is no test file: name one as server/predict.test.ts.`);
}

/** @param {string} file */
function isTest(file) {
  return PLACES.some(([, ending]) => file.endsWith(ending));
}

/**
 * Tests are named by their source and run as they were built.
 * @param {string} arg
 */
function builtFile(arg) {
  return arg.endsWith('.test.ts') ? join('dist', arg.replace(/\.ts$/, '.js')) : arg;
}
