/** The ways in which a command line names a version of the model. */
import { UsageError, wholeNumber } from '../config/command.js';
import { MODEL_NAME } from '../config/model-name.js';
import { type ModelUri, parseModelUri } from '../registry/model-uri.js';
import { isAlias } from '../registry/names.js';

const VERSIONS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

/**
 * A number of a version or an alias.
 * @throws UsageError
 */
export function versionNamed(text: string): ModelUri {
  if (/^[0-9]/.test(text)) return { name: MODEL_NAME, version: wholeNumber('The version', text, VERSIONS) };
  if (isAlias(text)) return { name: MODEL_NAME, alias: text };
  throw new UsageError(`${JSON.stringify(text)} is neither the number of a version nor an alias, such as production.`);
}

/**
 * What `--version` or `--alias` names; else what `MODEL_URI` does.
 * @throws UsageError, RegistryError `uri_invalid`
 */
export function versionChosen(
  { version, alias }: { readonly version?: string | undefined; readonly alias?: string | undefined },
  modelUri: string,
): ModelUri {
  if (version !== undefined && alias !== undefined) {
    throw new UsageError('--version and --alias both name a version; give one of them.');
  }
  if (version !== undefined) return { name: MODEL_NAME, version: wholeNumber('--version', version, VERSIONS) };
  if (alias === undefined) return parseModelUri(modelUri);
  if (isAlias(alias)) return { name: MODEL_NAME, alias };
  throw new UsageError(`--alias is ${JSON.stringify(alias)}; allowed is the name of an alias, such as production.`);
}
