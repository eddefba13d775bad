// @ts-check
/** What became of the versions that the aliases pointed to: the last switches and refusals, the newest first. */
import { byId, element, fill } from './elements.mjs';
import { quantity, when } from './words.mjs';

/** @typedef {import('../../status/answer.js').Status} Status */

/** @typedef {{ readonly at: string, readonly kind: 'switch' | 'refusal', readonly what: string, readonly more: string }} Event */

/** @param {Status} status */
export function showEvents({ switches, refusals, now }) {
  /** @type {Event[]} */
  const events = [
    ...switches.map(({ role, from, to, at, took_ms }) => ({
      at,
      kind: /** @type {const} */ ('switch'),
      what: `${ofRole(role)}${switchWords(from, to)}`,
      more: `in ${quantity(took_ms)} ms`,
    })),
    ...refusals.map(({ role, version, reason, at }) => ({
      at,
      kind: /** @type {const} */ ('refusal'),
      what: `${ofRole(role)}Version ${version} refused`,
      more: reason,
    })),
  ];
  events.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const items = events.map(({ at, kind, what, more }) => {
    const head = element('p', {}, element('b', {}, what), ' ', when(at, Date.parse(now)));
    return element('li', { class: kind }, head, element('p', { class: 'about' }, more));
  });
  const none = element('li', { class: 'about' }, 'None since the start of the server.');
  fill(byId('events', HTMLElement), ...(items.length > 0 ? items : [none]));
}

/** @param {string} role */
function ofRole(role) {
  return role === 'shadow' ? 'Shadow: ' : '';
}

/**
 * @param {number | null} from
 * @param {number} to
 */
function switchWords(from, to) {
  if (from === null) return `Version ${to} taken up`;
  return from > to ? `Back from version ${from} to ${to}` : `Version ${from} replaced by ${to}`;
}
