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
 * Which paths .gitignore leaves out, by the forms it uses: `folder/` anywhere; `folder/inner/` and `folder/file`; what is in
 * a folder, `folder/?*`, and of that `!folder/*.ts`, `!folder/file` and `!folder/inner/`. So no git is needed, nor that the checkout be one.
 * @param {string} gitignore
 * @returns {(path: string) => boolean}
 */
function ignoredBy(gitignore) {
  const lines = gitignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unknown = lines.find(
    (line) => !/^([\w.-]+\/|!?([\w.-]+\/)+[\w.-]+\/?|([\w.-]+\/)+\?\*|!([\w.-]+\/)+\*\.\w+)$/.test(line),
  );
  if (unknown !== undefined) {
    throw new Fault(
      `.gitignore has the form '${unknown}', which setup/tidy/house.mjs does not read: teach it that form.`,
    );
  }
  const folders = new Set(lines.filter((line) => /^[^!/]+\/$/.test(line)).map((line) => line.slice(0, -1)));
  // The last line that speaks of a path decides, as in git.
  const rules = lines.filter((line) => !folders.has(line.slice(0, -1))).toReversed();
  return (path) => {
    if (path.split('/').some((name) => folders.has(name))) return true;
    const rule = rules.find((line) => speaksOf(line.replace(/^!/, ''), path));
    return rule !== undefined && !rule.startsWith('!');
  };
}

/**
 * Whether a line of .gitignore, without its `!`, is about that path itself; what lies in a folder that is left out is
 * never asked for.
 * @param {string} pattern
 * @param {string} path
 */
function speaksOf(pattern, path) {
  if (pattern.endsWith('/')) return path === pattern.slice(0, -1);
  const [before = '', after] = pattern.split(/\?\*|\*/);
  if (after === undefined) return path === pattern;
  const rest = path.slice(before.length);
  return path.startsWith(before) && !rest.includes('/') && rest.endsWith(after) && rest.length > after.length;
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
