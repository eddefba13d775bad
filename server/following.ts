/** The aliases that the server follows: the one whose version answers, and the one whose version is its shadow. */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { type ModelUri, parseModelUri } from '../registry/model-uri.js';
import { SHADOW_WORKERS } from './limits.js';
import type { Logger } from './log.js';
import type { BatchMeters, Role } from './metrics/batches.js';
import { openModel } from './served-model.js';
import { Serving } from './serving.js';
import { Shadow } from './shadow/shadow.js';
import { AliasFollower } from './switching/alias-follower.js';
import { Coordinator } from './switching/coordinator.js';
import { LastGood } from './switching/last-good.js';

export interface Following {
  readonly serving: Serving;
  readonly coordinator: Coordinator;
  /** When to look. */
  readonly follower: AliasFollower;
}

export interface ShadowFollowing extends Following {
  readonly alias: string;
  readonly fraction: number;
  readonly shadow: Shadow;
}

/**
 * What answers: with the last good version at hand for a start without the registry, and callers told why none does.
 * @param beforeLook is called before each look where the alias points
 */
export function followLive(
  environment: Environment,
  registry: ModelRegistry,
  uri: ModelUri,
  log: Logger,
  meters: BatchMeters,
  beforeLook: () => void,
): Following {
  const { WORKERS: workers, KEEP_PREVIOUS: keepPrevious } = environment;
  const serving = createServing(environment, { role: 'live', workers, keepPrevious, meters }, log);
  const lastGood = new LastGood(environment.CACHE_DIR, registry.address, uri);
  const coordinator = new Coordinator(registry, uri, [serving], lastGood, log);
  const look = async (): Promise<void> => {
    beforeLook();
    await coordinator.look();
    if (serving.model === undefined) serving.explain(whyNone(coordinator, uri));
  };
  return { serving, coordinator, follower: new AliasFollower(look, { intervalMs: environment.POLL_INTERVAL_MS }) };
}

/**
 * What is compared with what answers; undefined where no alias is set for it.
 * @throws RegistryError `uri_invalid`
 */
export function followShadow(
  environment: Environment,
  registry: ModelRegistry,
  { name }: ModelUri,
  parentLog: Logger,
  meters: BatchMeters,
): ShadowFollowing | undefined {
  const { SHADOW_ALIAS: alias, SHADOW_FRACTION: fraction, POLL_INTERVAL_MS: intervalMs } = environment;
  if (alias === '') return undefined;
  const uri = parseModelUri(`models:/${name}@${alias}`);
  const log = parentLog.child({ role: 'shadow' });
  const ofShadow = { role: 'shadow', workers: SHADOW_WORKERS, keepPrevious: false, meters } as const;
  const serving = createServing(environment, ofShadow, log);
  const coordinator = new Coordinator(registry, uri, [serving], undefined, log);
  const look = async (): Promise<void> => {
    await coordinator.look();
    const { registry: state } = coordinator;
    // An alias that was taken away is meant; a registry that is down is not.
    if (state?.ok === false && state.code === 'alias_not_found') await serving.clear();
  };
  const follower = new AliasFollower(look, { intervalMs });
  return { serving, coordinator, follower, alias, fraction, shadow: new Shadow(serving, { fraction }) };
}

interface ServingSetup {
  readonly role: Role;
  readonly workers: number;
  readonly keepPrevious: boolean;
  readonly meters: BatchMeters;
}

function createServing(
  { REQUEST_TIMEOUT_MS: requestTimeoutMs }: Environment,
  { keepPrevious, ...setup }: ServingSetup,
  log: Logger,
): Serving {
  return new Serving({
    open: (target) => openModel(target, { ...setup, requestTimeoutMs }),
    keepPrevious,
    onLost: (reason) => log.error({ reason }, 'the model is no longer served'),
  });
}

function whyNone({ refused, registry }: Coordinator, { name }: ModelUri): string {
  if (refused !== undefined) return `version ${refused.version.version} was refused: ${refused.reason}`;
  if (registry?.ok === false) return `the registry does not say which version of ${name} to serve: ${registry.reason}`;
  return 'it is being loaded';
}
