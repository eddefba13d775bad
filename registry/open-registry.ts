/** Which registry the program works with. */
import { stat } from 'node:fs/promises';
import { RegistryError } from './errors.js';
import { tellingFaults, unlessMissing } from './file-faults.js';
import { LocalRegistry } from './local-registry.js';
import type { ModelRegistry } from './model-registry.js';

export interface RegistryOptions {
  /** The folder of the embedded registry; need not exist yet. */
  readonly folder: string;
  /** The tracking server of MLflow; empty or left out for the embedded registry. */
  readonly trackingUri?: string | undefined;
}

/** @throws RegistryError `registry_unsupported`, `registry_unusable` */
export async function openRegistry({ folder, trackingUri = '' }: RegistryOptions): Promise<ModelRegistry> {
  if (trackingUri !== '') {
    throw new RegistryError(
      'registry_unsupported',
      `MLFLOW_TRACKING_URI is '${trackingUri}', but this release works with the local registry only, in ${folder}. ` +
        'Unset MLFLOW_TRACKING_URI.',
    );
  }
  const found = await tellingFaults(folder, () => unlessMissing(stat(folder), undefined));
  if (found !== undefined && !found.isDirectory()) {
    throw new RegistryError(
      'registry_unusable',
      `The registry ${folder} cannot be used: it is not a folder. Move it away, or set REGISTRY_DIR to another folder.`,
    );
  }
  return new LocalRegistry(folder);
}
