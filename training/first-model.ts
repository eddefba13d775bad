/** The first model of a fresh checkout: sample orders, the whole pipeline, and promotion through the gates. */
import { join } from 'node:path';
import { readEnvironment } from '../config/environment.js';
import { MODEL_NAME } from '../config/model-name.js';
import type { Params } from '../config/params.js';
import { makeSample } from '../data/make-sample.js';
import { SAMPLE_DEFAULTS, type SampleOptions } from '../data/sample-orders.js';
import { PRODUCTION, STAGING } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { createContext } from './context.js';
import { PipelineError } from './errors.js';
import { formatGates } from './gates.js';
import { runStages, STAGES } from './pipeline.js';
import { promote } from './promotion.js';

type PromotionPolicy = Params['promotion_policy'];

/**
 * Whether the registry is empty, or holds nothing but what an earlier first start left when it was stopped before
 * promotion. With MLflow configured none is ever trained on the user's behalf.
 */
export async function needsFirstModel(): Promise<boolean> {
  const environment = readEnvironment();
  if (environment.MLFLOW_TRACKING_URI !== '') return false;
  const registry = await openRegistry(registryOptions(environment));
  const versions = await registry.searchModelVersions(MODEL_NAME);
  return versions.every(({ tags, aliases }) => tags['data'] === 'sample' && !aliases.includes(PRODUCTION));
}

/**
 * @param say is told what is at work
 * @param sample the orders to train on
 * @param limitsOf what the gates hold it to, made of what `params.yaml` says
 * @throws PipelineError `gate_failed`, and what the stages throw
 */
export async function trainFirstModel(
  say: (line: string) => void,
  sample: SampleOptions = SAMPLE_DEFAULTS,
  limitsOf: (policy: PromotionPolicy) => PromotionPolicy = (policy) => policy,
): Promise<void> {
  const environment = readEnvironment();
  const data = join(environment.DATA_DIR, 'raw', 'sample-orders.csv');
  say('making sample orders');
  await makeSample(data, sample);
  const context = { ...createContext({ data }), say };
  await runStages(STAGES, context);
  const registry = await openRegistry(registryOptions(environment));
  for (const target of [STAGING, PRODUCTION] as const) {
    say(`promoting to ${target}`);
    const { passed, gates } = await promote(registry, MODEL_NAME, target, {
      policy: limitsOf(context.params.promotion_policy),
      workers: environment.WORKERS,
      say: () => {},
    });
    if (passed) continue;
    throw new PipelineError('gate_failed', `The model trained on sample orders fails a gate:\n${formatGates(gates)}`);
  }
}
