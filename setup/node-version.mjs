// @ts-check
/** Whether this Node is one of those that `engines` in package.json names. Readable by Node 12, see `command.mjs`. */
// biome-ignore lint/style/useNodejsImportProtocol: an old Node, which this file is for, does not know the protocol.
import { readFileSync } from 'fs';

/**
 * What is wrong with the Node given and what to install, or '' if it will do.
 * @param {string} version as in `process.version`
 * @param {string} [range] caret terms only: `^20.19 || ^24`
 */
export function unsupportedNode(version, range = enginesOfPackage()) {
  const [major, minor] = numbersIn(version);
  const terms = range.split('||').map(numbersIn);
  if (terms.some((term) => major === term[0] && minor >= term[1])) return '';
  const allowed = terms.map((term) => (term[1] === 0 ? `${term[0]}` : `${term[0]} (from ${term[0]}.${term[1]})`));
  return `Node ${version.replace('v', '')} is not supported: install Node ${inWords(allowed)}.`;
}

function enginesOfPackage() {
  /** @type {{ engines: { node: string } }} */
  const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return engines.node;
}

/**
 * The major and minor version in `text`.
 * @param {string} text
 * @returns {[number, number]}
 */
function numbersIn(text) {
  const match = /(\d+)(?:\.(\d+))?/.exec(text);
  return match === null ? [0, 0] : [Number(match[1]), Number(match[2] || 0)];
}

/** @param {string[]} items */
function inWords(items) {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items[items.length - 1]}`;
}
