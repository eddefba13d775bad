/** Model URIs, MLflow's way to name a version: `models:/NAME@ALIAS` or `models:/NAME/VERSION`. */
import { RegistryError } from './errors.js';
import { NAMES_IN_MESSAGE } from './limits.js';
import type { ModelRegistry, ModelVersion } from './model-registry.js';
import { assertAlias, assertModelName } from './names.js';

/** A model, and its version by alias or by number. */
export type ModelUri =
  | { readonly name: string; readonly alias: string; readonly version?: undefined }
  | { readonly name: string; readonly version: number; readonly alias?: undefined };

const pattern = /^models:\/([^/@]+)(?:@([^/@]+)|\/([1-9][0-9]{0,14}))$/;

/** @throws RegistryError `uri_invalid` saying what was given and what is allowed */
export function parseModelUri(text: string): ModelUri {
  const [, name, alias, version] = pattern.exec(text) ?? [];
  if (name === undefined) throw invalid(text, 'it has another form');
  try {
    assertModelName(name);
    if (alias === undefined) return { name, version: Number(version) };
    assertAlias(alias);
    return { name, alias };
  } catch (error) {
    if (error instanceof RegistryError) throw invalid(text, error.message);
    throw error;
  }
}

/** The opposite of `parseModelUri`. */
export function formatModelUri(uri: ModelUri): string {
  return uri.alias === undefined ? `models:/${uri.name}/${uri.version}` : `models:/${uri.name}@${uri.alias}`;
}

/**
 * The version that `uri` names now.
 * @throws RegistryError `alias_not_found` saying what there is instead and what to do, `version_not_found`,
 *   `alias_broken`
 */
export async function resolveModelUri(registry: ModelRegistry, uri: ModelUri): Promise<ModelVersion> {
  if (uri.alias === undefined) return registry.getModelVersion(uri.name, uri.version);
  const found = await registry.getModelVersionByAlias(uri.name, uri.alias);
  if (found !== undefined) return found;
  throw aliasNotFound(uri.name, uri.alias, await registry.searchModelVersions(uri.name));
}

function aliasNotFound(name: string, alias: string, versions: readonly ModelVersion[]): RegistryError {
  return new RegistryError(
    'alias_not_found',
    `The model ${name} has no alias '${alias}'. There are ${describe(versions)}. ${remedy(alias, versions)}`,
  );
}

/** "the versions 12 (candidate), 11 (production), 10 and 7 older" */
function describe(versions: readonly ModelVersion[]): string {
  if (versions.length === 0) return 'no versions of it';
  const shown = versions
    .slice(0, NAMES_IN_MESSAGE)
    .map(({ version, aliases }) => (aliases.length === 0 ? `${version}` : `${version} (${aliases.join(', ')})`));
  const older = versions.length - shown.length;
  return `the versions ${shown.join(', ')}${older > 0 ? ` and ${older} older` : ''}`;
}

function remedy(alias: string, versions: readonly ModelVersion[]): string {
  if (versions.length === 0) return 'Train one: npm run train -- --data FILE.csv.';
  if (alias === 'staging' || alias === 'production') return `Promote a version: npm run promote -- ${alias}.`;
  if (alias === 'previous') return 'It is set when a version in production is replaced.';
  if (alias === 'candidate') return 'Train a new one: npm run train -- --data FILE.csv.';
  return 'Name one of these.';
}

function invalid(text: string, why: string): RegistryError {
  return new RegistryError(
    'uri_invalid',
    `The model URI ${JSON.stringify(text)} cannot be used: ${why}. ` +
      'Allowed are models:/NAME@ALIAS, such as models:/FoodDeliveryTimeModel@production, and models:/NAME/VERSION.',
  );
}
