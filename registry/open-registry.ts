/** Which registry the program works with: MLflow where a tracking server is named, else the folder. */
import { stat } from 'node:fs/promises';
import { RegistryError } from './errors.js';
import { tellingFaults, unlessMissing } from './file-faults.js';
import { LocalRegistry } from './local-registry.js';
import type { MlflowOptions, MlflowRegistry } from './mlflow/mlflow-registry.js';
import type { ModelRegistry } from './model-registry.js';

/** Both registries as configured; the tracking server is used where there is one. */
export interface RegistryOptions {
  /** The folder of the embedded registry; need not exist yet. */
  readonly folder: string;
  /** Left out for the embedded registry. */
  readonly mlflow?: MlflowOptions | undefined;
}

/** The variables of the environment that say which registry it is. */
export interface RegistryEnvironment {
  readonly REGISTRY_DIR: string;
  readonly CACHE_DIR: string;
  readonly MLFLOW_TRACKING_URI: string;
  readonly MLFLOW_TRACKING_USERNAME: string;
  readonly MLFLOW_TRACKING_PASSWORD: string;
  readonly MLFLOW_TRACKING_TOKEN: string;
  readonly MLFLOW_EXPERIMENT_NAME: string;
}

/** The options as the environment has them: MLflow where `MLFLOW_TRACKING_URI` is set. */
export function registryOptions(environment: RegistryEnvironment): RegistryOptions {
  const mlflow = {
    trackingUri: environment.MLFLOW_TRACKING_URI,
    username: environment.MLFLOW_TRACKING_USERNAME,
    password: environment.MLFLOW_TRACKING_PASSWORD,
    token: environment.MLFLOW_TRACKING_TOKEN,
    experiment: environment.MLFLOW_EXPERIMENT_NAME,
    cacheFolder: environment.CACHE_DIR,
  };
  return { folder: environment.REGISTRY_DIR, mlflow: mlflow.trackingUri === '' ? undefined : mlflow };
}

/**
 * The tracking server's registry, for what only it can do.
 * @throws RegistryError `registry_misconfigured`, also where none is named
 */
export async function openMlflowRegistry({ mlflow }: RegistryOptions): Promise<MlflowRegistry> {
  if (mlflow !== undefined) return connect(mlflow);
  throw new RegistryError(
    'registry_misconfigured',
    'MLFLOW_TRACKING_URI is not set; this needs the address of a tracking server of MLflow, such as http://mlflow:5000.',
  );
}

/**
 * Nothing is asked of a server yet.
 * @throws RegistryError `registry_unusable`, `registry_misconfigured`
 */
export async function openRegistry({ folder, mlflow }: RegistryOptions): Promise<ModelRegistry> {
  if (mlflow !== undefined) return connect(mlflow);
  const found = await tellingFaults(folder, () => unlessMissing(stat(folder), undefined));
  if (found !== undefined && !found.isDirectory()) {
    throw new RegistryError(
      'registry_unusable',
      `The registry ${folder} cannot be used: it is not a folder. Move it away, or set REGISTRY_DIR to another folder.`,
    );
  }
  return new LocalRegistry(folder);
}

/** Loaded only where it is used: HTTP and the checks of its answers cost every start some hundred milliseconds. */
async function connect(options: MlflowOptions): Promise<MlflowRegistry> {
  const { MlflowRegistry } = await import('./mlflow/mlflow-registry.js');
  return new MlflowRegistry(options);
}
