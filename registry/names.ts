/**
 * The names that a registry takes: those that are good both as a file name and in MLflow, so that a model can move from
 * one registry to the other. None can hold a path separator or be `..`: the first character is a letter or digit.
 */
import { RegistryError } from './errors.js';
import { NAME_MAX_CHARACTERS, TAG_KEY_MAX_CHARACTERS, TAG_VALUE_MAX_CHARACTERS } from './limits.js';

const modelName = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const aliasName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
const tagKey = /^[A-Za-z0-9_][A-Za-z0-9_./ -]*$/;
const fileName = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/;
/** MLflow keeps these words for itself: `v12` and `latest` would read as versions. */
const reservedAlias = /^(?:v[0-9]+|latest)$/i;

/** @throws RegistryError `name_invalid` */
export function assertModelName(name: string): void {
  if (modelName.test(name) && name.length <= NAME_MAX_CHARACTERS) return;
  throw refusal('model name', name, `letters, digits, '.', '_' and '-', at most ${NAME_MAX_CHARACTERS}`);
}

/** @throws RegistryError `name_invalid` */
export function assertAlias(alias: string): void {
  if (isAlias(alias)) return;
  throw refusal(
    'alias',
    alias,
    `letters, digits, '_' and '-', at most ${NAME_MAX_CHARACTERS}, but neither 'latest' nor 'v' and a number`,
  );
}

/** Whether `alias` may be the name of an alias. */
export function isAlias(alias: string): boolean {
  return aliasName.test(alias) && alias.length <= NAME_MAX_CHARACTERS && !reservedAlias.test(alias);
}

/** @throws RegistryError `name_invalid` */
export function assertTag(key: string, value: string): void {
  if (!tagKey.test(key) || key.length > TAG_KEY_MAX_CHARACTERS) {
    throw refusal('tag', key, `letters, digits, '.', '_', '-', '/' and spaces, at most ${TAG_KEY_MAX_CHARACTERS}`);
  }
  if (value.length > TAG_VALUE_MAX_CHARACTERS) {
    throw new RegistryError(
      'name_invalid',
      `The value of the tag '${key}' has ${value.length} characters; allowed are ${TAG_VALUE_MAX_CHARACTERS}.`,
    );
  }
}

/** Whether `name` may be the name of a version's file. */
export function isFileName(name: string): boolean {
  return fileName.test(name) && name.length <= NAME_MAX_CHARACTERS;
}

function refusal(what: string, given: string, allowed: string): RegistryError {
  return new RegistryError(
    'name_invalid',
    `The ${what} ${JSON.stringify(given)} cannot be used: allowed are ${allowed}.`,
  );
}
