// @ts-check
/** The axis of a chart's values: which room they need, and where each goes. */

/**
 * @typedef {object} Axis
 * @property {readonly number[]} ticks ascending
 * @property {(value: number) => number} share how far up a value goes: 0 is the bottom, 1 the top
 */

const FACTORS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
/** More lines than that are not told apart at a glance. */
const MOST_TICKS = 5;

/**
 * From 0 to a round number above the largest value.
 * @param {readonly number[]} values
 * @returns {Axis}
 */
export function linearAxis(values) {
  const largest = Math.max(0, ...values);
  const power = 10 ** Math.floor(Math.log10(largest > 0 ? largest : 1));
  const top = (FACTORS.find((factor) => factor * power >= largest) ?? 10) * power;
  return { ticks: [0, top / 2, top], share: (value) => value / top };
}

/**
 * By powers of ten, so that the usual and the rare are both seen.
 * @param {readonly number[]} values
 * @returns {Axis}
 */
export function logarithmicAxis(values) {
  const positive = values.filter((value) => value > 0);
  const [smallest, largest] = positive.length > 0 ? [Math.min(...positive), Math.max(...positive)] : [1, 1];
  const bottom = Math.floor(Math.log10(smallest));
  const top = Math.max(bottom + 1, Math.ceil(Math.log10(largest)));
  const step = Math.ceil((top - bottom) / (MOST_TICKS - 1));
  /** @type {number[]} */
  const ticks = [];
  for (let power = bottom; power <= top; power += step) ticks.push(10 ** power);
  return {
    ticks,
    share: (value) => (value > 0 ? Math.max(0, (Math.log10(value) - bottom) / (top - bottom)) : 0),
  };
}
