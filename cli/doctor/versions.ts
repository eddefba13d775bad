/** Whether the files of the versions are what was registered, by their checksums. */
import { MODEL_NAME } from '../../config/model-name.js';
import { RegistryError } from '../../registry/errors.js';
import type { ModelRegistry, ModelVersion } from '../../registry/model-registry.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { type Check, counted, type Finding, ok, wrong } from './check.js';

/**
 * A finding for each version whose files are not what was registered; one in all where there is none. With MLflow it
 * fetches the versions that have an alias.
 */
export const versions: Check = {
  name: 'versions',
  async examine({ environment }): Promise<readonly Finding[]> {
    try {
      const registry = await openRegistry(registryOptions(environment));
      const all = await registry.searchModelVersions(MODEL_NAME);
      // What lies on a server is fetched to be looked at: only what may be served soon.
      const isRemote = environment.MLFLOW_TRACKING_URI !== '';
      const looked = isRemote ? all.filter(({ aliases }) => aliases.length > 0) : all;
      const faults: Finding[] = [];
      for (const version of looked) faults.push(...(await faultsOf(registry, version)));
      if (faults.length > 0) return faults;
      const which = isRemote ? ' with an alias' : '';
      return [ok(`The files of ${counted(looked.length)}${which} are what their checksums say.`)];
    } catch (error) {
      // What the registry's check tells already.
      if (error instanceof RegistryError) return [{ state: 'note', found: 'The versions could not be looked at.' }];
      throw error;
    }
  },
};

async function faultsOf(registry: ModelRegistry, { name, version, aliases }: ModelVersion): Promise<Finding[]> {
  try {
    await registry.download(name, version);
    return [];
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const names = aliases.length === 0 ? '' : ` (${aliases.join(', ')})`;
    const remedy = aliases.includes('production')
      ? 'Serve another: food-eta rollback, or promote one. Then restore its files from a copy.'
      : 'Restore its files from a copy, or leave it: nothing serves it.';
    return [wrong(`Version ${version}${names}: ${error.message}`, remedy)];
  }
}
