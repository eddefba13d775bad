/** The command line of the bench, read and checked. */
import { fileURLToPath } from 'node:url';
import { parseArguments, UsageError, wholeNumber } from '../config/command.js';
import { usageOf } from '../config/command-line.js';
import { MODEL_NAME } from '../config/model-name.js';
import { BENCH } from './command-line.js';

/** What a run of the bench is asked for. */
export interface BenchArguments {
  /** `models:/NAME@ALIAS` or `models:/NAME/VERSION`. */
  readonly modelUri: string;
  /** Other versions, measured beside it without a limit. */
  readonly beside: readonly number[];
  /** Names of scenarios; empty for all. */
  readonly scenarios: readonly string[];
  /** A file with one order a line; undefined for sample orders. */
  readonly ordersFile: string | undefined;
  /** Of one repetition; undefined for what is usual. */
  readonly seconds: number | undefined;
  /** Few short repetitions, for a look. */
  readonly quick: boolean;
  /** Only what promotion to staging asks, by the limits of this file; undefined for the scenarios. */
  readonly gateParams: string | undefined;
  /** An earlier report to compare with. */
  readonly compare: string | undefined;
}

const DEFAULT_ALIAS = 'production';
/** Seen from `dist/bench/`. */
const DEFAULT_PARAMS = fileURLToPath(new URL('../../params.yaml', import.meta.url));
const VERSIONS = { minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const SECONDS = { minimum: 1, maximum: 600 };

// The peers have a command line of their own (`peers/arguments.ts`).
const { peers: _, ...OPTIONS } = BENCH.options;

/**
 * @param started what a person has typed up to the arguments
 * @throws UsageError
 */
export function readBenchArguments(
  args: readonly string[],
  scenarios: readonly string[],
  started = 'npm run bench --',
): BenchArguments {
  const usage = usageOf(BENCH, started);
  const { values } = parseArguments({ args: [...args], options: OPTIONS }, usage);
  const { version, alias, beside = [], scenario = [], orders, seconds, quick = false, compare, gate, params } = values;
  if (version !== undefined && alias !== undefined) {
    throw new UsageError(`--version and --alias both say what to serve; give one of them.\n${usage}`);
  }
  const unknown = scenario.find((name) => !scenarios.includes(name));
  if (unknown !== undefined) throw new UsageError(`--scenario is '${unknown}', which there is not.\n${usage}`);
  if (params !== undefined && gate !== true) {
    throw new UsageError(`--params is for --gate, which is not asked for.\n${usage}`);
  }
  if (beside.length > 0 && gate === true) {
    throw new UsageError(`--beside is for the scenarios; --gate judges one version.\n${usage}`);
  }
  return {
    modelUri:
      version === undefined
        ? `models:/${MODEL_NAME}@${alias ?? DEFAULT_ALIAS}`
        : `models:/${MODEL_NAME}/${wholeNumber('--version', version, VERSIONS)}`,
    beside: beside.map((number) => wholeNumber('--beside', number, VERSIONS)),
    scenarios: scenario,
    ordersFile: orders,
    seconds: seconds === undefined ? undefined : wholeNumber('--seconds', seconds, SECONDS),
    quick,
    gateParams: gate === true ? (params ?? DEFAULT_PARAMS) : undefined,
    compare,
  };
}
