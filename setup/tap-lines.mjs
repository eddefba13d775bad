// @ts-check
/** The lines of TAP that counting needs: points (`ok 1 - name # SKIP reason`) and the names of what is opened. */

const POINT = /^((?: {4})*)(not )?ok\b(?: \d+)?(?: - )?(.*)$/;
const SUBTEST = /^((?: {4})*)# Subtest: (.*)$/;
const TIME = /^time=([\d.]+)ms$/;
const DIRECTIVE = /^(SKIP|TODO)\b\s*(.*)$/i;

/**
 * @typedef {object} Point
 * @property {number} depth 0 for a file, 1 for a test, more for what is inside it
 * @property {boolean} ok
 * @property {string} name
 * @property {'SKIP' | 'TODO' | ''} directive
 * @property {string} reason of the directive
 * @property {number} seconds that it took; 0 where the line does not say
 */

/**
 * @param {string} text
 * @returns {Point | undefined}
 */
export function pointIn(text) {
  const match = POINT.exec(text);
  if (match === null) return undefined;
  // A `#` that belongs to the name is written `\#`.
  const [name = '', comment = ''] = (match[3] ?? '').split(/ (?<!\\)# ?/, 2);
  const directive = DIRECTIVE.exec(comment);
  return {
    depth: (match[1] ?? '').length / 4,
    ok: match[2] === undefined,
    name: withoutEscapes(name),
    directive: /** @type {Point['directive']} */ ((directive?.[1] ?? '').toUpperCase()),
    reason: withoutEscapes(directive?.[2] ?? ''),
    seconds: Number(TIME.exec(comment)?.[1] ?? 0) / 1_000,
  };
}

/**
 * @param {string} text
 * @returns {{ depth: number, name: string } | undefined}
 */
export function subtestIn(text) {
  const match = SUBTEST.exec(text);
  return match === null ? undefined : { depth: (match[1] ?? '').length / 4, name: withoutEscapes(match[2] ?? '') };
}

/** @param {string} name */
function withoutEscapes(name) {
  return name.replaceAll(/\\([#\\])/g, '$1').trim();
}

/** @param {Point} point */
export function indentOf({ depth }) {
  return '    '.repeat(depth);
}
