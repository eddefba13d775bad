// @ts-check
/** Numbers and times as people read them. */

const LARGE = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const SMALL = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const CLOCK = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
/** Each with how many of the one before it has. @type {readonly (readonly [unit: string, size: number])[]} */
const UNITS = [
  ['s', 1],
  ['min', 60],
  ['h', 60],
  ['d', 24],
];

/** @param {number} value */
export function quantity(value) {
  return value >= 10_000 ? LARGE.format(value) : SMALL.format(value);
}

/**
 * The time of day, here.
 * @param {number} ms since 1970
 */
export function clock(ms) {
  return CLOCK.format(ms);
}

/**
 * How long ago: `12 s ago`.
 * @param {number} ms
 */
export function ago(ms) {
  let value = Math.max(0, ms / 1_000);
  let words = 'just now';
  for (const [unit, size] of UNITS) {
    value /= size;
    if (value < 1) break;
    words = `${Math.floor(value)} ${unit} ago`;
  }
  return words;
}

/**
 * When something was, as a time that programs can read too.
 * @param {string} at ISO 8601
 * @param {number} nowMs by the clock of the server
 * @returns {HTMLTimeElement}
 */
export function when(at, nowMs) {
  const time = document.createElement('time');
  time.dateTime = at;
  time.title = at;
  const ms = Date.parse(at);
  time.textContent = nowMs - ms < 86_400_000 ? ago(nowMs - ms) : DAY.format(ms);
  return time;
}
