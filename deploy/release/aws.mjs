// @ts-check
/** The aws command line, and what it says when it fails. Credentials and region are its own to find. */
import { Fault } from '../../setup/faults.mjs';
import { outputOf, ProgramFailed } from './programs.mjs';

/** How it tells what a service answered: "An error occurred (Code) when calling the PutObject operation: words". */
const ANSWER = /An error occurred \((\w+)\) when calling the (\w+) operation[^:]*: (.*)$/s;

/** A service of AWS refused, or does not know what it was asked for. */
export class Refused extends Fault {
  /** @readonly @type {string} as the service calls it: `ImageNotFoundException` */
  reason;

  /**
   * @param {string} sentence
   * @param {string} reason
   */
  constructor(sentence, reason) {
    super(sentence);
    this.reason = reason;
  }
}

/**
 * @param {string} what it does, for a sentence: "Putting the revision"
 * @param {readonly string[]} args
 * @returns {Promise<unknown>} its answer
 * @throws Refused; Fault
 */
export async function aws(what, args) {
  const written = await awsBytes(what, [...args, '--output', 'json']);
  try {
    return written.length === 0 ? {} : JSON.parse(`${written}`);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Fault(`${what} failed: aws wrote no JSON.`, `${written}`);
  }
}

/**
 * @param {string} what
 * @param {readonly string[]} args
 */
export async function awsBytes(what, args) {
  try {
    // No pager waits for somebody to read.
    return await outputOf('aws', args, { env: { AWS_PAGER: '' } });
  } catch (error) {
    if (!(error instanceof ProgramFailed)) throw error;
    const [, reason, , words] = ANSWER.exec(error.said.trim()) ?? [];
    if (reason !== undefined) throw new Refused(`${what} was refused: ${words} (${reason})`, reason);
    throw new Fault(`${what} failed: ${error.said.trim().split('\n').at(-1)}`);
  }
}

/**
 * A member of an answer, whatever lies there.
 * @param {unknown} value
 * @param {...(string | number)} path
 * @returns {unknown}
 */
export function at(value, ...path) {
  /** @type {unknown} */
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = /** @type {Record<string | number, unknown>} */ (found)[key];
  }
  return found;
}

/**
 * @param {unknown} value
 * @param {...(string | number)} path
 * @returns {string} '' where there is none
 */
export function textAt(value, ...path) {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/**
 * @param {unknown} value
 * @param {...(string | number)} path
 * @returns {readonly unknown[]}
 */
export function listAt(value, ...path) {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}
