// @ts-check
/** What GitHub's API says of tags: which commit one points to. */
import { Fault } from '../../setup/faults.mjs';

/** A tag may stand for a tag; more of them than this is no tag of a version. */
const MOST_TAGS_OF_TAGS = 5;

/**
 * @typedef {object} Api
 * @property {string} url
 * @property {string} token '' to ask as nobody, which GitHub allows 60 times an hour
 */

/**
 * @param {Api} api
 * @param {string} repository
 * @param {string} tag
 * @returns {Promise<string>} 40 hexadecimal digits
 * @throws Fault
 */
export async function commitOfTag(api, repository, tag) {
  let { type, sha } = await objectAt(api, `repos/${repository}/git/ref/tags/${tag}`, `tag ${tag} of ${repository}`);
  for (let depth = 0; type === 'tag'; depth++) {
    if (depth === MOST_TAGS_OF_TAGS) throw new Fault(`${repository}: the tag ${tag} stands for tags without an end.`);
    ({ type, sha } = await objectAt(api, `repos/${repository}/git/tags/${sha}`, `tag ${tag} of ${repository}`));
  }
  if (type !== 'commit' || !/^[0-9a-f]{40}$/.test(sha)) {
    throw new Fault(`${repository}: the tag ${tag} is of a ${type || 'thing without a name'}, and not of a commit.`);
  }
  return sha;
}

/**
 * @param {Api} api
 * @param {string} path
 * @param {string} what
 */
async function objectAt({ url, token }, path, what) {
  const headers = {
    accept: 'application/vnd.github+json',
    'user-agent': 'pin-actions',
    'x-github-api-version': '2022-11-28',
  };
  const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
  const response = await ask(`${url}/${path}`, { ...headers, ...authorization });
  if (response.status === 404) throw new Fault(`GitHub knows no ${what}: name one that is there.`);
  if (response.status === 403 || response.status === 429) {
    throw new Fault('GitHub answers no more questions for now: set GITHUB_TOKEN, as to the output of `gh auth token`.');
  }
  if (response.status !== 200) throw new Fault(`GitHub answered ${response.status} when asked for the ${what}.`);
  /** @type {{ object?: { type?: unknown, sha?: unknown } }} */
  const { object = {} } = JSON.parse(await response.text());
  return { type: String(object.type ?? ''), sha: String(object.sha ?? '') };
}

/**
 * @param {string} url
 * @param {Record<string, string>} headers
 */
async function ask(url, headers) {
  try {
    return await fetch(url, { headers });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    throw new Fault(
      `GitHub cannot be asked: ${reason}. Pinning needs the network; GITHUB_API_URL names another address.`,
    );
  }
}
