/** Whether the registry answers, and has what the server is to serve. */
import { MODEL_NAME } from '../../config/model-name.js';
import { parseModelUri, resolveModelUri } from '../../registry/model-uri.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { type Check, counted, type Finding, ok, wrongBy } from './check.js';

/** Whether the registry answers and, where it does, which version MODEL_URI names. */
export const registry: Check = {
  name: 'registry',
  async examine({ environment }): Promise<readonly Finding[]> {
    const findings: Finding[] = [];
    try {
      const store = await openRegistry(registryOptions(environment));
      const versions = await store.searchModelVersions(MODEL_NAME);
      findings.push(ok(`${store.address} has ${counted(versions.length)} of ${MODEL_NAME}.`));
      const served = await resolveModelUri(store, parseModelUri(environment.MODEL_URI));
      findings.push(ok(`MODEL_URI, ${environment.MODEL_URI}, is version ${served.version}.`));
    } catch (error) {
      findings.push(wrongBy(error));
    }
    return findings;
  },
};
