/** `npm run adopt -- VERSION`: a version that was logged to MLflow from Python becomes one that can be served. */
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { MODEL_NAME } from '../config/model-name.js';
import { CANDIDATE } from '../registry/alias-moves.js';
import { openMlflowRegistry, registryOptions } from '../registry/open-registry.js';
import { adopt } from './adoption.js';
import { createContext } from './context.js';
import { FORESEEN } from './foreseen.js';

const USAGE = 'Usage: npm run adopt -- VERSION [--params FILE.yaml]';

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { values, positionals } = parseArguments(
      { options: { params: { type: 'string' } }, allowPositionals: true },
      USAGE,
    );
    const [given, ...more] = positionals;
    if (given === undefined || more.length > 0) throw new UsageError(USAGE);
    const version = wholeNumber('VERSION', given, { minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
    const context = createContext({ params: values.params });
    const registry = await openMlflowRegistry(registryOptions(context.environment));
    const adopted = await adopt(registry, MODEL_NAME, version, context);
    context.say(
      `Version ${version} of ${MODEL_NAME} was brought in as version ${adopted.version}, alias '${CANDIDATE}'.`,
    );
    return undefined;
  }, FORESEEN);
}
