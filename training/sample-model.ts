/**
 * `node dist/training/sample-model.js`: trains on sample orders and promotes to production, in a registry that has no
 * version there. Whoever runs it asks for that, so it does so on a tracking server as well; `npm start` never does.
 * The gates judge how good the model is, and not how quick: it is made while images are built and other containers
 * start, and the machine that does so is not the one that serves.
 */
import { isProgram, runProgram } from '../config/command.js';
import { readEnvironment } from '../config/environment.js';
import { MODEL_NAME } from '../config/model-name.js';
import type { Params, Thresholds } from '../config/params.js';
import { SAMPLE_DEFAULTS } from '../data/sample-orders.js';
import { PRODUCTION } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { trainFirstModel } from './first-model.js';
import { FORESEEN } from './foreseen.js';

type PromotionPolicy = Params['promotion_policy'];

function withoutSpeed({ staging, production, ...policy }: PromotionPolicy): PromotionPolicy {
  return { ...policy, staging: ofAnySpeed(staging), production: { ...production, ...ofAnySpeed(production) } };
}

function ofAnySpeed({ performance, diagnostics }: Thresholds): Thresholds {
  const any = Number.MAX_SAFE_INTEGER;
  const speed = { max_avg_latency_ms: any, max_p99_latency_ms: any, max_cpu_ratio_to_bare: any };
  return { performance, diagnostics: { ...diagnostics, ...speed } };
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const registry = await openRegistry(registryOptions(readEnvironment()));
    const versions = await registry.searchModelVersions(MODEL_NAME);
    const production = versions.find(({ aliases }) => aliases.includes(PRODUCTION));
    if (production !== undefined) {
      console.log(`Version ${production.version} is in production: no sample model is needed.`);
      return 0;
    }
    await trainFirstModel((line) => console.log(line), SAMPLE_DEFAULTS, withoutSpeed);
    return 0;
  }, FORESEEN);
}
