/** The command line of the soaks, read and checked. */
import { parseArguments, UsageError, wholeNumber } from '../../config/command.js';

/** Each kind of soak, with what it does and how often where that is not said. */
export const KINDS = {
  kills: { purpose: 'kills registrations, promotions, rollbacks and servers at random moments', runs: '200' },
  switches: {
    purpose: 'moves the alias under load; holds answers, latency and memory to what they are to be',
    runs: '100',
  },
} as const satisfies Record<string, { readonly purpose: string; readonly runs: string }>;
export type SoakKind = keyof typeof KINDS;

export interface SoakArguments {
  readonly kind: SoakKind;
  /** How often; kills for each registry, switches of both kinds. */
  readonly runs: number;
  /** The same choices in each soak with it. */
  readonly seed: number;
}

const USAGE = [
  `Usage: npm run soak -- ${Object.keys(KINDS).join('|')} [--runs N] [--seed S]`,
  ...Object.entries(KINDS).map(
    ([kind, { purpose, runs }]) => `  ${kind.padEnd(9)} ${purpose}; by default ${runs} times`,
  ),
].join('\n');
const LIMITS = { runs: { minimum: 1, maximum: 1_000_000 }, seed: { minimum: 0, maximum: 2 ** 31 - 1 } };

/**
 * Reads `KIND --runs N --seed S`.
 * @param newSeed is used where none is given
 * @throws UsageError
 */
export function readSoakArguments(args: readonly string[], newSeed: number): SoakArguments {
  const options = { runs: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true }, USAGE);
  const [kind, ...more] = positionals;
  if (kind === undefined) throw new UsageError(USAGE);
  if (!isKind(kind) || more.length > 0) {
    const allowed = Object.keys(KINDS).join(' or ');
    throw new UsageError(`There is no soak '${positionals.join(' ')}'; allowed is ${allowed}.\n${USAGE}`);
  }
  return {
    kind,
    runs: wholeNumber('--runs', values.runs ?? KINDS[kind].runs, LIMITS.runs),
    seed: values.seed === undefined ? newSeed : wholeNumber('--seed', values.seed, LIMITS.seed),
  };
}

function isKind(text: string): text is SoakKind {
  return Object.hasOwn(KINDS, text);
}
