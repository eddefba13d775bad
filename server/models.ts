/** The models of one process that answers: those for callers, and those that these are compared with. */
import type { Environment } from '../config/environment.js';
import type { ServingParams } from '../config/params.js';
import { SHADOW_WORKERS } from './limits.js';
import type { Logger } from './log.js';
import type { BatchMeters, Role } from './metrics/batches.js';
import { openModel } from './served-model.js';
import { Serving } from './serving.js';
import { Shadow } from './shadow/shadow.js';

/** The shadow's model, and what it is compared for. */
export interface ShadowModels {
  readonly alias: string;
  readonly fraction: number;
  readonly serving: Serving;
  readonly shadow: Shadow;
}

/** What a process that answers has loaded. */
export interface Models {
  readonly serving: Serving;
  /** Undefined where no shadow was asked for. */
  readonly shadow: ShadowModels | undefined;
}

/**
 * What a process that answers has for its models; nothing is loaded yet.
 * @param meters where their batches are measured
 * @param onLost is told when a model is given up by its workers
 */
export function createModels(
  environment: Environment,
  params: ServingParams,
  meters: BatchMeters,
  log: Logger,
  onLost: () => void = () => {},
): Models {
  const { SHADOW_ALIAS: alias, SHADOW_FRACTION: fraction } = environment;
  const create = (role: Role, workers: number, keepPrevious: boolean, log: Logger): Serving =>
    new Serving({
      open: (target) =>
        openModel(target, { workers, requestTimeoutMs: environment.REQUEST_TIMEOUT_MS, params, role, meters }),
      keepPrevious,
      onLost: (reason) => {
        log.error({ reason }, 'the model is no longer served');
        onLost();
      },
    });
  const serving = create('live', environment.WORKERS, environment.KEEP_PREVIOUS, log);
  if (alias === '') return { serving, shadow: undefined };
  const other = create('shadow', SHADOW_WORKERS, false, log.child({ role: 'shadow' }));
  return { serving, shadow: { alias, fraction, serving: other, shadow: new Shadow(other, { fraction }) } };
}
