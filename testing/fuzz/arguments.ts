/** The command line of the fuzzer, read and checked. */
import { parseArguments, UsageError, wholeNumber } from '../../config/command.js';

export const TARGETS = ['requests', 'csv'] as const;
export type Target = (typeof TARGETS)[number];

export interface FuzzArguments {
  readonly targets: readonly Target[];
  /** Inputs for each target. */
  readonly runs: number;
  /** The same inputs in each run with it. */
  readonly seed: number;
}

const USAGE = 'Usage: npm run fuzz -- [requests|csv] [--runs N] [--seed S]';
const DEFAULT_RUNS = '20000';
const LIMITS = { runs: { minimum: 1, maximum: 1_000_000_000 }, seed: { minimum: 0, maximum: 2 ** 31 - 1 } };

/**
 * Reads `[requests|csv] --runs N --seed S`; without a target it is both.
 * @param newSeed is used where none is given
 * @throws UsageError
 */
export function readFuzzArguments(args: readonly string[], newSeed: number): FuzzArguments {
  const options = { runs: { type: 'string' }, seed: { type: 'string' } } as const;
  const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true }, USAGE);
  const [given, ...more] = positionals;
  const targets = given === undefined ? TARGETS : TARGETS.filter((target) => target === given);
  if (targets.length === 0 || more.length > 0) {
    throw new UsageError(`'${positionals.join(' ')}' cannot be fuzzed; allowed is ${TARGETS.join(' or ')}.\n${USAGE}`);
  }
  return {
    targets,
    runs: wholeNumber('--runs', values.runs ?? DEFAULT_RUNS, LIMITS.runs),
    seed: values.seed === undefined ? newSeed : wholeNumber('--seed', values.seed, LIMITS.seed),
  };
}
