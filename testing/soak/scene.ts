/** What is soaked: a registry in which versions were registered and promoted, and the folders that programs work in. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvironment } from '../../config/environment.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { CANDIDATE, promotionMoves, STAGING } from '../../registry/alias-moves.js';
import type { ModelRegistry } from '../../registry/model-registry.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { startMlflowServer } from '../mlflow-server.js';
import { environmentOf, trainedProject } from '../trained-project.js';
import { registerCandidate } from './candidate.js';
import { startDoor } from './door.js';

export const REGISTRIES = ['local', 'MLflow'] as const;
export type RegistryKind = (typeof REGISTRIES)[number];

export interface Scene {
  readonly kind: RegistryKind;
  /** All that its programs write lies below. */
  readonly folder: string;
  /** The files of a version, to register again. */
  readonly source: string;
  /** What programs are started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Calls `look` with the registry as one sees it who has never seen it before. */
  withFresh<T>(look: (registry: ModelRegistry) => Promise<T>): Promise<T>;
  /** Whether a program has left a trace in the registry or the folders since it was asked last. */
  hasTraces(): Promise<boolean>;
  /** As if the registry were gone, until `bringBack`. */
  takeAway(): Promise<void>;
  bringBack(): Promise<void>;
  close(): Promise<void>;
}

/** Where the registry is. */
interface Store {
  readonly settings: Readonly<Record<string, string>>;
  /** Grows with each program that asks the registry, where that leaves no trace in a folder. */
  readonly asked: () => number;
  takeAway(): Promise<void>;
  bringBack(): Promise<void>;
  close(): Promise<void>;
}

/** Three versions: `production` is the second, `previous` the first, `candidate` and `staging` the third. */
export async function openScene(kind: RegistryKind, folder: string): Promise<Scene> {
  const project = await trainedProject();
  const store = kind === 'local' ? localStore(folder) : await mlflowStore();
  const source = join(project.registryDir, MODEL_NAME, 'versions', '1', 'files');
  const environment = {
    ...environmentOf({ ...project, registryDir: join(folder, 'registry') }),
    MLFLOW_TRACKING_URI: '',
    CACHE_DIR: join(folder, 'cache'),
    TMPDIR: join(folder, 'tmp'),
    SERVER_PROCESSES: '1',
    WORKERS: '1',
    POLL_INTERVAL_MS: '50',
    REQUEST_TIMEOUT_MS: '60000',
    ...store.settings,
  };
  await mkdir(environment.TMPDIR);
  let judges = 0;
  const withFresh = async <T>(look: (registry: ModelRegistry) => Promise<T>): Promise<T> => {
    const cache = join(folder, `judge-${judges++}`);
    const found = await look(
      await openRegistry(registryOptions(readEnvironment({ ...environment, CACHE_DIR: cache }))),
    );
    await rm(cache, { recursive: true, force: true });
    return found;
  };
  await withFresh(async (registry) => {
    for (let version = 1; version <= 3; version++) {
      await registerCandidate(registry, source, join(folder, 'work'));
      if (version < 3) await registry.moveAliases(MODEL_NAME, (current) => promotionMoves(current, version));
    }
    await registry.moveAliases(MODEL_NAME, (current) => [{ alias: STAGING, version: current.get(CANDIDATE) ?? 0 }]);
  });
  let traces = '';
  return {
    kind,
    folder,
    source,
    environment,
    withFresh,
    async hasTraces() {
      const before = traces;
      traces = `${store.asked()} ${(await readdir(folder, { recursive: true })).sort().join()}`;
      return traces !== before;
    },
    takeAway: () => store.takeAway(),
    bringBack: () => store.bringBack(),
    close: () => store.close(),
  };
}

function localStore(folder: string): Store {
  const [there, away] = [join(folder, 'registry'), join(folder, 'registry-away')];
  return {
    settings: {},
    asked: () => 0,
    takeAway: () => rename(there, away),
    bringBack: () => rename(away, there),
    close: async () => {},
  };
}

async function mlflowStore(): Promise<Store> {
  const server = await startMlflowServer('open');
  const door = await startDoor(server.url);
  return {
    settings: { MLFLOW_TRACKING_URI: door.url },
    asked: () => door.connections,
    takeAway: async () => door.shut(),
    bringBack: async () => door.open(),
    async close() {
      await door.close();
      await server.stop();
    },
  };
}
