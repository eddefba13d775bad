// @ts-check
/**
 * A line for each step, with the time it takes: rewritten in place on a terminal, a new line every few seconds
 * elsewhere. Goes to stderr, so that the output proper of a command stays clean.
 */
import { LOG_INTERVAL_MS, TERMINAL_INTERVAL_MS } from './limits.mjs';

/** @typedef {(detail: string) => void} Say tells what the step is at */

/**
 * @template T
 * @param {string} title what is being done: "Installing packages"
 * @param {(say: Say) => Promise<T>} work
 * @param {{ silentForMs?: number }} [options] work that ends within this time is not worth a line
 * @returns {Promise<T>} what the work gives
 */
export async function step(title, work, { silentForMs = 0 } = {}) {
  const out = process.stderr;
  const rewritable = out.isTTY && process.env['TERM'] !== 'dumb';
  const started = performance.now();
  const elapsed = () => `${Math.round((performance.now() - started) / 1000)} s`;
  let detail = '';
  let isShown = false;
  /** @param {string} text */
  const show = (text) => {
    isShown = true;
    // Cut to the terminal's width: a line that wraps cannot be rewritten.
    if (rewritable) out.write(`\r\u001b[K${text.slice(0, out.columns - 1)}`);
    else out.write(`${text}\n`);
  };
  const begin = () => show(`${title} ...`);
  const tick = () => show(`${title}${detail && `: ${detail}`} (${elapsed()})`);

  const first = silentForMs === 0 ? void begin() : setTimeout(begin, silentForMs);
  const timer = setInterval(tick, rewritable ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS);
  let outcome = 'failed';
  try {
    const result = await work((text) => {
      detail = text;
    });
    outcome = 'done';
    return result;
  } finally {
    clearTimeout(first);
    clearInterval(timer);
    if (isShown || outcome === 'failed') show(`${title}: ${outcome} (${elapsed()})`);
    if (isShown && rewritable) out.write('\n');
  }
}
