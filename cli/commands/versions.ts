/** `food-eta versions`: what is in the registry, local or MLflow. */
import { parseArguments, wholeNumber } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { readEnvironment } from '../../config/environment.js';
import { ConfigError } from '../../config/errors.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { RegistryError } from '../../registry/errors.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import type { Context, Outcome } from '../command.js';
import { VERSIONS } from '../command-lines.js';
import { VERSIONS_LISTED, VERSIONS_MAX } from '../limits.js';
import { table } from '../terminal.js';
import { summaryOf, type VersionSummary } from '../version-summary.js';

/** The faults that are told in a sentence. */
export const FORESEEN = [ConfigError, RegistryError];

const HEADER = ['version', 'created (UTC)', 'aliases', 'data', 'R2', 'MAE min', 'meta model', 'commit'];
const NUMBERS = new Set([0, 4, 5]);
const COMMIT_SHOWN = 10;

/**
 * The newest first, with all that have an alias, however old.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], { started }: Context): Promise<Outcome> {
  const { values } = parseArguments({ args: [...args], options: VERSIONS.options }, usageOf(VERSIONS, started));
  const limits = { minimum: 1, maximum: VERSIONS_MAX };
  const limit = values.limit === undefined ? VERSIONS_LISTED : wholeNumber('--limit', values.limit, limits);
  const registry = await openRegistry(registryOptions(readEnvironment()));
  const all = await registry.searchModelVersions(MODEL_NAME);
  const shown = all.filter(({ aliases }, at) => at < limit || aliases.length > 0).map(summaryOf);
  const older = all.length - shown.length;
  const result = { registry: registry.address, model: MODEL_NAME, versions: shown, not_listed: older };
  return { code: 0, result, text: textOf(registry.address, shown, older) };
}

function textOf(address: string, versions: readonly VersionSummary[], older: number): string {
  if (versions.length === 0) {
    return `There are no versions of ${MODEL_NAME} in ${address}. Train one: food-eta train --data FILE.csv`;
  }
  const lines = table([HEADER, ...versions.map(rowOf)], NUMBERS);
  return older === 0 ? lines : `${lines}\n${older} older without an alias are not shown; --limit N shows more.`;
}

function rowOf(version: VersionSummary): string[] {
  return [
    String(version.version),
    version.created_at.slice(0, 16).replace('T', ' '),
    version.aliases.join(', '),
    version.data ?? '',
    version.test_r2?.toFixed(4) ?? '',
    version.test_mae?.toFixed(3) ?? '',
    version.meta_model ?? '',
    version.git_commit?.slice(0, COMMIT_SHOWN) ?? '',
  ];
}
