// @ts-check
/**
 * `npm run pin-actions`: asks GitHub which commit the tag of each action is, and names the action by that in the workflows,
 * with the tag as a comment; what is pinned already is held against its tag. `--check` asks nobody and fails while an action
 * can be moved under a release. It works on the checkout it is run in.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../setup/command.mjs';
import { Fault } from '../../setup/faults.mjs';
import { commitOfTag } from './github.mjs';
import { complaintOf, pinned, usesIn, workflowFiles } from './uses.mjs';

command(async (args) => {
  const [option, ...more] = args;
  if (more.length > 0 || (option !== undefined && option !== '--check')) {
    throw new Fault(`'${args.join(' ')}' is not understood.\nUsage: npm run pin-actions [-- --check]`);
  }
  const root = process.cwd();
  const uses = usesIn(root);
  if (option === '--check') check(uses);
  else await pin(root, uses);
});

/** @param {readonly import('./uses.mjs').Use[]} uses */
function check(uses) {
  const complaints = uses.flatMap((use) => {
    const complaint = complaintOf(use);
    return complaint === undefined ? [] : [`${use.file}:${use.line}: ${complaint}`];
  });
  if (complaints.length === 0) return console.log(`All ${uses.length} uses of actions are pinned to commits.`);
  throw new Fault(
    `${complaints.length} of ${uses.length} uses of actions are not pinned to a commit, so others could change what a release does: run \`npm run pin-actions\` and commit what it writes.`,
    complaints.join('\n'),
  );
}

/**
 * @param {string} root
 * @param {readonly import('./uses.mjs').Use[]} uses
 */
async function pin(root, uses) {
  const api = {
    url: process.env['GITHUB_API_URL'] || 'https://api.github.com',
    token: process.env['GITHUB_TOKEN'] ?? '',
  };
  /** @type {Map<string, string>} */
  const commits = new Map();
  for (const use of uses) {
    const { file, line, what, repository, tag, commit } = use;
    if (repository === '' || tag === '') throw new Fault(`${file}:${line}: ${complaintOf(use)}.`);
    const version = `${repository}@${tag}`;
    const found = commits.get(version) ?? (await commitOfTag(api, repository, tag));
    commits.set(version, found);
    if (commit === undefined) commits.set(what, found);
    else if (commit !== found) {
      throw new Fault(
        `${file}:${line}: ${repository} is pinned to ${commit}, and its tag ${tag} is of ${found} now. A tag of a version is not to move: see what has happened there before you take it.`,
      );
    }
  }
  // Only now, when all are known: half of them pinned would look as if it were done.
  for (const file of workflowFiles(root)) {
    const text = readFileSync(join(root, file), 'utf8');
    const changed = pinned(text, (what) => (/@[0-9a-f]{40}$/.test(what) ? undefined : commits.get(what)));
    if (changed !== text) writeFileSync(join(root, file), changed);
  }
  console.log(`All ${uses.length} uses of actions are pinned to commits.`);
}
