/** `npm run promote -- staging|production`: puts a version through the gates and moves the alias if it passes. */
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { MODEL_NAME } from '../config/model-name.js';
import { PRODUCTION, STAGING } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { createContext } from './context.js';
import { FORESEEN } from './foreseen.js';
import { REASON_MAX_CHARACTERS } from './limits.js';
import { type PromotionTarget, promote, SOURCE_ALIAS } from './promotion.js';

const USAGE = [
  'Usage: npm run promote -- staging|production [--version N] [--force "REASON"] [--shadow-check [--server URL]] [--params FILE.yaml]',
  `Without --version, staging takes the version with alias '${SOURCE_ALIAS[STAGING]}' and production the one with alias '${SOURCE_ALIAS[PRODUCTION]}'.`,
  'With --force a version goes to production even where its comparison with what is there refuses it; the other gates hold.',
  'With --shadow-check it must have done well as the shadow of what is there, in the server at URL, by default the one on this machine.',
].join('\n');

const OPTIONS = {
  version: { type: 'string' },
  force: { type: 'string' },
  'shadow-check': { type: 'boolean' },
  server: { type: 'string' },
  params: { type: 'string' },
} as const;
const VERSION_LIMITS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

function targetOf(names: readonly string[]): PromotionTarget {
  const [target, ...more] = names;
  if (more.length === 0 && (target === STAGING || target === PRODUCTION)) return target;
  throw new UsageError(USAGE);
}

/** The reason for forcing the comparison, which is kept with the version: one line of text. */
function reasonOf(force: string | undefined, target: PromotionTarget): string | undefined {
  if (force === undefined) return undefined;
  if (target !== PRODUCTION) {
    throw new UsageError(`--force is for ${PRODUCTION}: to ${target} no version is compared with another.\n${USAGE}`);
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
): string | undefined {
  if (check !== true) {
    if (server === undefined) return undefined;
    throw new UsageError(`--server is for --shadow-check, which is not asked for.\n${USAGE}`);
  }
  if (target !== PRODUCTION) {
    throw new UsageError(`--shadow-check is for ${PRODUCTION}: in ${target} nothing answers orders.\n${USAGE}`);
  }
  const address = server ?? `http://localhost:${port}`;
  if (URL.canParse(address) && /^https?:\/\//.test(address)) return address.replace(/\/+$/, '');
  throw new UsageError(`--server is ${JSON.stringify(address)}; allowed is an address such as http://localhost:8000.`);
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { values, positionals } = parseArguments({ options: OPTIONS, allowPositionals: true }, USAGE);
    const target = targetOf(positionals);
    const force = reasonOf(values.force, target);
    const wanted = values.version === undefined ? undefined : wholeNumber('--version', values.version, VERSION_LIMITS);
    const { environment, params, say } = createContext({ params: values.params });
    const shadowServer = shadowServerOf(values['shadow-check'], values.server, target, environment.PORT);
    const registry = await openRegistry(registryOptions(environment));
    const { version, passed } = await promote(registry, MODEL_NAME, target, {
      policy: params.promotion_policy,
      workers: environment.WORKERS,
      say,
      version: wanted,
      force,
      shadowServer,
    });
    say(passed ? `Version ${version.version} is ${target}.` : 'A gate failed; nothing was moved.');
    return passed ? 0 : 1;
  }, FORESEEN);
}
