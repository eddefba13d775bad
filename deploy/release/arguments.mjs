// @ts-check
/** What the programs of this folder are told: options of their command line, and variables of the environment. */
import { parseArgs } from 'node:util';
import { Fault } from '../../setup/faults.mjs';

/**
 * @template {string} Name
 * @typedef {Record<Name, string>} Texts
 */

/**
 * Options that must all be there, and flags that may.
 * @template {string} Name
 * @template {string} [Flag=never]
 * @param {readonly string[]} args
 * @param {string} usage
 * @param {readonly Name[]} names
 * @param {readonly Flag[]} [flags]
 * @returns {Texts<Name> & Record<Flag, boolean>}
 * @throws Fault with the usage
 */
export function readArguments(args, usage, names, flags = []) {
  /** @param {string} problem */
  const fault = (problem) => new Fault(`${problem}\nUsage: ${usage}`);
  /** @type {NonNullable<import('node:util').ParseArgsConfig['options']>} */
  const options = Object.fromEntries([
    ...names.map((name) => [name, { type: /** @type {const} */ ('string') }]),
    ...flags.map((name) => [name, { type: /** @type {const} */ ('boolean'), default: false }]),
  ]);
  try {
    /** @type {{ values: Record<string, unknown> }} */
    const { values } = parseArgs({ args: [...args], options });
    const missing = names.find((name) => typeof values[name] !== 'string' || values[name] === '');
    if (missing !== undefined) throw fault(`--${missing} is missing.`);
    return /** @type {Texts<Name> & Record<Flag, boolean>} */ ({ ...values });
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw fault(error instanceof Error ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

/** Variable → what it is, where it is found, and how it looks. */
const VARIABLES = /** @type {const} */ ({
  IMAGE_REPOSITORY: ['the output RepositoryUri of the delivery stack', /^[\w.:-]+(\/[a-z0-9._-]+)+$/],
  REVISION_BUCKET: ['the output RevisionBucket of the delivery stack', /^[a-z0-9.-]{3,63}$/],
  SERVICE: ['the ServiceName of the stacks', /^[a-z][a-z0-9-]{1,19}$/],
});

/**
 * @template {keyof typeof VARIABLES} Name
 * @param {readonly Name[]} names
 * @returns {Texts<Name>}
 * @throws Fault naming what is missing or looks otherwise
 */
export function readVariables(names) {
  return /** @type {Texts<Name>} */ (
    Object.fromEntries(
      names.map((name) => {
        const [what, form] = VARIABLES[name];
        const value = process.env[name] ?? '';
        if (value === '') throw new Fault(`${name} is not set: it is ${what} (docs/deploy.md).`);
        if (!form.test(value)) throw new Fault(`${name} is '${value}', which is not ${what} (docs/deploy.md).`);
        return [name, value];
      }),
    )
  );
}
