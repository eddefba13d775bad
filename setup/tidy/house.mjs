// @ts-check
/** The files that belong to the repository, as the rules of this folder see them, and what a rule gives. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Fault } from '../faults.mjs';

/**
 * @typedef {object} House
 * @property {ReadonlyMap<string, string>} files text by path, relative to the checkout; none of binary files, which are there for links
 * @property {readonly ImportRule[]} importRules of .dependency-cruiser.cjs
 *
 * @typedef {object} ImportRule
 * @property {string} name
 * @property {{ path?: string, pathNot?: string }} from
 * @property {{ path?: string }} to
 *
 * @typedef {object} Finding
 * @property {string} file
 * @property {number} line
 * @property {string} message what is wrong and what to do
 *
 * @typedef {(house: House) => Finding[]} Rule
 */

/**
 * @param {string} root
 * @returns {House}
 */
export function readHouse(root) {
  /** @type {{ forbidden: ImportRule[] }} */
  const { forbidden } = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
  const isIgnored = ignoredBy(readFileSync(join(root, '.gitignore'), 'utf8'));
  /** @type {Map<string, string>} */
  const files = new Map();
  /** @param {string} folder */
  const read = (folder) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === '.git' || isIgnored(path)) continue;
      if (entry.isDirectory()) read(path);
      else if (entry.isFile()) {
        const text = readFileSync(join(root, path), 'utf8');
        files.set(path, text.includes('\0') ? '' : text);
      }
    }
  };
  read('');
  return { files, importRules: forbidden };
}

/**
 * Which paths .gitignore leaves out, by the three forms it uses: `folder/` anywhere, `folder/*`, and of that `!folder/*.ts`.
 * So no git is needed, nor that the checkout be one.
 * @param {string} gitignore
 * @returns {(path: string) => boolean}
 */
function ignoredBy(gitignore) {
  const lines = gitignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unknown = lines.find((line) => !/^([\w.-]+\/|[\w.-]+\/\*|![\w.-]+\/(\*\.)?[\w.-]+)$/.test(line));
  if (unknown !== undefined) {
    throw new Fault(
      `.gitignore has the form '${unknown}', which setup/tidy/house.mjs does not read: teach it that form.`,
    );
  }
  const folders = new Set(lines.filter((line) => line.endsWith('/')).map((line) => line.slice(0, -1)));
  const contents = lines.filter((line) => line.endsWith('/*')).map((line) => line.slice(0, -1));
  const kept = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  return (path) => {
    if (path.split('/').some((name) => folders.has(name))) return true;
    if (!contents.some((folder) => path.startsWith(folder))) return false;
    return !kept.some((pattern) => {
      const [before = '', after] = pattern.split('*');
      return after === undefined ? path === before : path.startsWith(before) && path.endsWith(after);
    });
  };
}

/** @param {string} path of TypeScript, JavaScript, Python or a shell script */
export function isCode(path) {
  return /\.([cm]?[tj]s|py|sh)$/.test(path) || path === '.ci/run';
}

/** @param {string} path a test, or what only tests use */
export function isForTests(path) {
  return /\.test\.m?ts$|\.test\.mjs$|\/fixtures\/|^testing\/|^setup\/testing\/|^deploy\/test\//.test(path);
}

/**
 * Where in `text` the pattern, which has the flag g, matches.
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {{ line: number, match: RegExpExecArray }[]} lines from 1
 */
export function occurrences(text, pattern) {
  return [...text.matchAll(pattern)].map((match) => ({ line: lineAt(text, match.index), match }));
}

/**
 * @param {string} text
 * @param {number} index
 */
function lineAt(text, index) {
  return text.slice(0, index).split('\n').length;
}
