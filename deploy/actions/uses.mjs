// @ts-check
/** The actions of others that the workflows use, each with where it is named and what it is pinned to. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where workflows and actions of the repository lie. */
const FOLDER = '.github';
/** `uses:` of a step or a job, but not of what lies in this repository. */
const USES =
  /^(?<before>[ \t]*(?:-[ \t]+)?uses:[ \t]*)(?<quote>['"]?)(?<what>(?!\.\/)[^\s'"#]+)\k<quote>(?:[ \t]+#[ \t]*(?<comment>.*?))?[ \t]*$/gm;
const ACTION = /^(?<name>(?<repository>[\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?)@(?<ref>[\w./-]+)$/;
const COMMIT = /^[0-9a-f]{40}$/;

/**
 * @typedef {object} Use
 * @property {string} file
 * @property {number} line
 * @property {string} what as it stands there: `actions/checkout@v5.0.0`
 * @property {string} name the action: `actions/checkout`, or one in a folder of a repository
 * @property {string} repository '' for what is no action of a repository, such as an image
 * @property {string} tag of the version that is meant: the one it is named by, or that its comment tells
 * @property {string | undefined} commit what it is pinned to
 */

/**
 * @param {string} root
 * @returns {string[]} files of workflows and actions, relative to the root
 */
export function workflowFiles(root) {
  return readdirSync(join(root, FOLDER), { recursive: true, encoding: 'utf8' })
    .filter((name) => /^(workflows|actions)\/.*\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(FOLDER, name));
}

/**
 * @param {string} root
 * @returns {Use[]}
 */
export function usesIn(root) {
  return workflowFiles(root).flatMap((file) => usesOf(file, readFileSync(join(root, file), 'utf8')));
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {Use[]}
 */
function usesOf(file, text) {
  return [...text.matchAll(USES)].map(({ index, groups = {} }) => {
    const { what = '', comment = '' } = groups;
    const line = text.slice(0, index).split('\n').length;
    const { name = what, repository = '', ref = '' } = ACTION.exec(what)?.groups ?? {};
    const isPinned = COMMIT.test(ref);
    const tag = isPinned ? (comment.split(/\s/)[0] ?? '') : ref;
    return { file, line, what, name, repository, tag, commit: isPinned ? ref : undefined };
  });
}

/**
 * Why a use is not good enough for a release; undefined where it is.
 * @param {Use} use
 */
export function complaintOf({ what, repository, tag, commit }) {
  if (repository === '') return `${what} is no action that can be pinned to a commit`;
  if (commit === undefined) return `${what} is named by what can be moved`;
  if (!/^v?\d+(\.\d+)*$/.test(tag))
    return `${what} is pinned, and no comment says which version that is (\`# v1.2.3\`)`;
  return undefined;
}

/**
 * The text of a file with its actions named by commits, each with its tag as a comment.
 * @param {string} text
 * @param {(what: string) => string | undefined} commitFor of what stands there; undefined to leave it as it is
 */
export function pinned(text, commitFor) {
  /**
   * @param {string} line
   * @param {unknown[]} rest whose last are the groups by their names
   */
  const replace = (line, ...rest) => {
    const { before = '', what = '' } = /** @type {Record<string, string>} */ (rest.at(-1));
    const commit = commitFor(what);
    const [name, tag] = what.split('@');
    return commit === undefined ? line : `${before}${name}@${commit} # ${tag}`;
  };
  return text.replaceAll(USES, replace);
}
