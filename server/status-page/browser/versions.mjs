// @ts-check
/** The four versions that matter, the state of the server in a word, and what it follows. */
import { byId, element, fill, say } from './elements.mjs';
import { when } from './words.mjs';

/** @typedef {import('../../status/answer.js').Status} Status */
/** @typedef {import('../../status/answer.js').VersionStatus} VersionStatus */

/**
 * @typedef {object} Card
 * @property {string} role
 * @property {VersionStatus | null} version
 * @property {readonly (Node | string)[]} about
 * @property {boolean} [bad]
 */

/** Short of what tells runs apart anyway. */
const RUN_DIGITS = 8;

/** @param {Status} status */
export function showVersions(status) {
  const cards = [live(status), previous(status), shadow(status), candidate(status)];
  fill(byId('versions', HTMLElement), ...cards.map(cardOf));
  fill(byId('serving', HTMLElement), ...factsOf(status));
  showState(...stateOf(status));
  const title = `${status.live === null ? 'No model' : `Version ${status.live.version}`} · Food delivery time`;
  if (document.title !== title) document.title = title;
}

/** @param {string} reason */
export function showTrouble(reason) {
  showState('bad', `The server cannot be reached; trying again. ${reason}`);
}

/**
 * @param {'good' | 'doubtful' | 'bad'} kind
 * @param {string} text
 */
function showState(kind, text) {
  const state = byId('state', HTMLElement);
  state.className = `state ${kind}`;
  const words = state.firstElementChild;
  if (words !== null) say(words, text);
}

/**
 * @param {Status} status
 * @returns {['good' | 'doubtful' | 'bad', string]}
 */
function stateOf({ live, reason, stale, refused, registry, preparing, processes }) {
  if (live === null) return ['bad', `No model is served: ${reason}.`];
  const serves = `Serving version ${live.version}`;
  if (processes !== undefined && processes.serving < processes.wanted) {
    return ['doubtful', `${serves} in ${processes.serving} of ${processes.wanted} processes`];
  }
  if (refused !== null) return ['doubtful', `${serves}; version ${refused} was refused`];
  if (stale) return ['doubtful', `${serves} from the cache, unconfirmed`];
  if (!registry.ok && registry.checked_at !== null) return ['doubtful', `${serves}; the registry does not answer`];
  return ['good', preparing === null ? serves : `${serves}; version ${preparing} is being made ready`];
}

/**
 * @param {Status} status
 * @returns {Card}
 */
function live({ live: version, reason, switches, now }) {
  if (version === null) return { role: 'Live', version, about: [`${reason}`], bad: true };
  const since = switches.find(({ role, to }) => role === 'live' && to === version.version);
  const about = since === undefined ? [] : ['answers since ', when(since.at, Date.parse(now))];
  return { role: 'Live', version, about };
}

/**
 * @param {Status} status
 * @returns {Card}
 */
function previous({ previous: version }) {
  const about = version === null ? 'nothing is kept to go back to' : 'kept loaded: going back takes no time';
  return { role: 'Previous', version, about: [about] };
}

/**
 * @param {Status} status
 * @returns {Card}
 */
function shadow({ shadow }) {
  const role = 'Shadow';
  if (shadow === null) return { role, version: null, about: ['no SHADOW_ALIAS is set'] };
  const { alias, version, refused } = shadow;
  if (refused !== null) return { role, version, about: [`${alias} was refused: ${refused}`], bad: true };
  return { role, version, about: [version === null ? `${alias} points to nothing` : `${alias}, compared with live`] };
}

/**
 * @param {Status} status
 * @returns {Card}
 */
function candidate({ candidate: version, live, now }) {
  const role = 'Candidate';
  if (version === null) return { role, version, about: ['no version has this alias'] };
  if (version.version === live?.version) return { role, version, about: ['is live'] };
  return { role, version, about: ['registered ', when(version.created_at, Date.parse(now))] };
}

/** @param {Card} card */
function cardOf({ role, version, about, bad = false }) {
  const marks = version?.data === 'sample' ? [element('span', { class: 'tag' }, 'sample data')] : [];
  const run = version === null ? [] : [element('code', {}, `run ${version.run_id.slice(0, RUN_DIGITS)}`)];
  return element(
    'article',
    { class: `card version ${role.toLowerCase()}${bad ? ' bad' : ''}` },
    element('h3', {}, role),
    element('p', { class: 'number' }, version === null ? '–' : `v${version.version}`, ...marks),
    element('p', { class: 'about' }, ...about),
    ...run,
  );
}

/** @param {Status} status */
function factsOf({ registered_model, alias, live, registry, processes, instance, release, now }) {
  const source = alias === null ? `/${live?.version ?? ''}` : `@${alias}`;
  const asked = registry.checked_at === null ? 'has not been asked yet' : when(registry.checked_at, Date.parse(now));
  const answer = registry.reason ?? (registry.checked_at === null ? '' : 'it answers');
  const of = processes === undefined ? [] : [`${processes.serving} of ${processes.wanted} processes serve`];
  return [
    ['follows ', element('code', {}, `models:/${registered_model}${source}`)],
    ['registry asked ', asked, `: ${answer}`],
    of,
    ['release ', element('code', {}, release)],
    ['instance ', element('code', {}, instance)],
  ]
    .filter((fact) => fact.length > 0)
    .map((fact) => element('span', {}, ...fact));
}
