/** `npm run promote -- staging|production`: puts a version through the gates and moves the alias if it passes. */
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { type Caller, usageOf } from '../config/command-line.js';
import { MODEL_NAME } from '../config/model-name.js';
import { PRODUCTION, STAGING } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { PROMOTE } from './command-lines.js';
import { createContext } from './context.js';
import { FORESEEN } from './foreseen.js';
import { REASON_MAX_CHARACTERS } from './limits.js';
import { type Promotion, type PromotionTarget, promote } from './promotion.js';

const VERSION_LIMITS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

function targetOf(names: readonly string[], usage: string): PromotionTarget {
  const [target, ...more] = names;
  if (more.length === 0 && (target === STAGING || target === PRODUCTION)) return target;
  throw new UsageError(usage);
}

/** The reason for forcing the comparison, which is kept with the version: one line of text. */
function reasonOf(force: string | undefined, target: PromotionTarget, usage: string): string | undefined {
  if (force === undefined) return undefined;
  if (target !== PRODUCTION) {
    throw new UsageError(`--force is for ${PRODUCTION}: to ${target} no version is compared with another.\n${usage}`);
  }
  const reason = force.trim();
  if (reason !== '' && reason.length <= REASON_MAX_CHARACTERS && !/\p{Cc}/u.test(reason)) return reason;
  throw new UsageError(
    `--force is ${JSON.stringify(force.slice(0, REASON_MAX_CHARACTERS))}; allowed is a reason, ` +
      `one line of at most ${REASON_MAX_CHARACTERS} characters.`,
  );
}

/** The address of the server whose shadow is asked for; undefined where none is. */
function shadowServerOf(
  check: boolean | undefined,
  server: string | undefined,
  target: PromotionTarget,
  port: number,
  usage: string,
): string | undefined {
  if (check !== true) {
    if (server === undefined) return undefined;
    throw new UsageError(`--server is for --shadow-check, which is not asked for.\n${usage}`);
  }
  if (target !== PRODUCTION) {
    throw new UsageError(`--shadow-check is for ${PRODUCTION}: in ${target} nothing answers orders.\n${usage}`);
  }
  const address = server ?? `http://localhost:${port}`;
  if (URL.canParse(address) && /^https?:\/\//.test(address)) return address.replace(/\/+$/, '');
  throw new UsageError(`--server is ${JSON.stringify(address)}; allowed is an address such as http://localhost:8000.`);
}

/**
 * Judges the version that the arguments name, says what came of it, and moves the alias if it passes.
 * @throws UsageError, RegistryError, PipelineError
 */
export async function promoteByArguments(args: readonly string[], { started, say }: Caller): Promise<Promotion> {
  const usage = usageOf(PROMOTE, started);
  const { values, positionals } = parseArguments(
    { args: [...args], options: PROMOTE.options, allowPositionals: true },
    usage,
  );
  const target = targetOf(positionals, usage);
  const force = reasonOf(values.force, target, usage);
  const wanted = values.version === undefined ? undefined : wholeNumber('--version', values.version, VERSION_LIMITS);
  const { environment, params } = createContext({ params: values.params });
  const shadowServer = shadowServerOf(values['shadow-check'], values.server, target, environment.PORT, usage);
  const registry = await openRegistry(registryOptions(environment));
  const promotion = await promote(registry, MODEL_NAME, target, {
    policy: params.promotion_policy,
    workers: environment.WORKERS,
    say,
    version: wanted,
    force,
    shadowServer,
  });
  const { version, passed } = promotion;
  say(passed ? `Version ${version.version} is ${target}.` : 'A gate failed; nothing was moved.');
  return promotion;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const caller = { started: 'npm run promote --', say: console.log };
    const { passed } = await promoteByArguments(process.argv.slice(2), caller);
    return passed ? 0 : 1;
  }, FORESEEN);
}
