/** The aliases of one model in a local folder: each a file that holds a version number. */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, replaceFile, syncFolder } from './atomic-file.js';
import { RegistryError } from './errors.js';
import { unlessMissing } from './file-faults.js';
import { type ModelFolder, parseVersionNumber } from './model-folder.js';
import type { Aliases } from './model-registry.js';
import { assertAlias, isAlias } from './names.js';

/**
 * The number that `alias` holds; undefined where there is no such alias.
 * @throws RegistryError `name_invalid`, `alias_broken`
 */
export async function readAlias(model: ModelFolder, alias: string): Promise<number | undefined> {
  const path = aliasPath(model, alias);
  const text = await unlessMissing(readFile(path, 'utf8'), undefined);
  if (text === undefined) return undefined;
  const version = parseVersionNumber(text.trimEnd());
  if (version !== undefined) return version;
  const given = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw aliasBroken(model, alias, `holds ${given}, not a version number`);
}

/**
 * All aliases, sorted by name, and the faults of those that hold no number. One broken alias hides no other: the
 * version in production can be read whatever became of `candidate`.
 */
export async function readAliases(
  model: ModelFolder,
): Promise<{ readonly aliases: Aliases; readonly faults: readonly RegistryError[] }> {
  const aliases = new Map<string, number>();
  const faults: RegistryError[] = [];
  // What cannot be the name of an alias is not the registry's: an editor's backup, say.
  const names = (await unlessMissing(readdir(model.aliases), [])).filter(isAlias);
  for (const name of names.sort()) {
    try {
      const version = await readAlias(model, name);
      if (version !== undefined) aliases.set(name, version);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      faults.push(error);
    }
  }
  return { aliases, faults };
}

/** Points `alias` to `version`, which the caller knows to be there. */
export async function writeAlias(model: ModelFolder, alias: string, version: number): Promise<void> {
  await makeFolder(model.aliases);
  await replaceFile(aliasPath(model, alias), `${version}\n`, model.staging);
}

/** Removes `alias`, for good once this is done; nothing happens where there is none. */
export async function removeAlias(model: ModelFolder, alias: string): Promise<void> {
  await rm(aliasPath(model, alias), { force: true });
  await unlessMissing(syncFolder(model.aliases), undefined);
}

/**
 * The error for an alias file that says no version, with what to do.
 * @param fault what is wrong with it: "holds …", "points to …"
 */
export function aliasBroken(model: ModelFolder, alias: string, fault: string): RegistryError {
  return new RegistryError(
    'alias_broken',
    `The alias '${alias}' of ${model.name} is broken: ${aliasPath(model, alias)} ${fault}. ` +
      'Delete that file, or write the number of a version into it.',
  );
}

function aliasPath(model: ModelFolder, alias: string): string {
  assertAlias(alias);
  return join(model.aliases, alias);
}
