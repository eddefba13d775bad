/** `npm run promote -- staging|production`: puts a version through the gates and moves the alias if it passes. */
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { MODEL_NAME } from '../config/model-name.js';
import { PRODUCTION, STAGING } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { createContext } from './context.js';
import { FORESEEN } from './foreseen.js';
import { type PromotionTarget, promote, SOURCE_ALIAS } from './promotion.js';

const USAGE = [
  'Usage: npm run promote -- staging|production [--version N] [--params FILE.yaml]',
  `Without --version, staging takes the version with alias '${SOURCE_ALIAS[STAGING]}' and production the one with alias '${SOURCE_ALIAS[PRODUCTION]}'.`,
].join('\n');

const VERSION_LIMITS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

function targetOf(names: readonly string[]): PromotionTarget {
  const [target, ...more] = names;
  if (more.length === 0 && (target === STAGING || target === PRODUCTION)) return target;
  throw new UsageError(USAGE);
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { values, positionals } = parseArguments(
      { options: { version: { type: 'string' }, params: { type: 'string' } }, allowPositionals: true },
      USAGE,
    );
    const target = targetOf(positionals);
    const { environment, params, say } = createContext({ params: values.params });
    const registry = await openRegistry(registryOptions(environment));
    const thresholds = params.promotion_policy[target];
    const { version: given } = values;
    const wanted = given === undefined ? undefined : wholeNumber('--version', given, VERSION_LIMITS);
    const { version, passed } = await promote(registry, MODEL_NAME, target, thresholds, say, wanted);
    say(passed ? `Version ${version.version} is ${target}.` : 'A gate failed; nothing was moved.');
    return passed ? 0 : 1;
  }, FORESEEN);
}
