// @ts-check
/** Where the lines of a chart go, in units of its drawing. */
import { GAP_MS } from './limits.mjs';

/** The drawing is stretched to the room that there is. */
export const WIDTH = 600;
export const HEIGHT = 160;

/**
 * What is drawn of one moment.
 * @typedef {object} Reading
 * @property {number} at milliseconds since 1970
 * @property {number | undefined} value undefined where nothing is known
 */

/** @typedef {readonly (readonly [x: number, y: number])[]} Stretch points that are joined */

/**
 * @param {readonly Reading[]} readings in the order of time
 * @param {(at: number) => number} x
 * @param {(value: number) => number} y
 * @returns {readonly Stretch[]} one ends where nothing is known
 */
export function stretchesOf(readings, x, y) {
  /** @type {[number, number][][]} */
  const stretches = [];
  let before = Number.NEGATIVE_INFINITY;
  for (const { at, value } of readings) {
    if (value === undefined) continue;
    if (at - before > GAP_MS) stretches.push([]);
    stretches.at(-1)?.push([x(at), y(value)]);
    before = at;
  }
  return stretches;
}

/** @param {readonly Stretch[]} stretches */
export function linePath(stretches) {
  // A point that stays alone becomes a dot: a line of next to no length, with round ends.
  return stretches.map((stretch) => `M${joined(stretch)}${stretch.length === 1 ? 'l.1 0' : ''}`).join('');
}

/**
 * What lies below the line.
 * @param {readonly Stretch[]} stretches
 */
export function areaPath(stretches) {
  return stretches
    .map((stretch) => {
      const [first, last] = [stretch.at(0)?.[0] ?? 0, stretch.at(-1)?.[0] ?? 0];
      return `M${first.toFixed(1)} ${HEIGHT}L${joined(stretch)}L${last.toFixed(1)} ${HEIGHT}Z`;
    })
    .join('');
}

/** @param {Stretch} stretch */
function joined(stretch) {
  return stretch.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L');
}
