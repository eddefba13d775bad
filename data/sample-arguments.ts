/** The command line of the sample maker, read and checked. */
import { parseArguments, wholeNumber } from '../config/command.js';
import { SAMPLE_DEFAULTS, SAMPLE_LIMITS, type SampleOptions } from './sample-orders.js';

/** What `npm run sample` is asked for. */
export interface SampleArguments extends SampleOptions {
  /** The file to write. */
  readonly out: string;
}

/** Where the sample goes unless told otherwise, from the folder of the project. */
const DEFAULT_FILE = 'data/raw/sample-orders.csv';

const USAGE = 'Usage: npm run sample -- [--rows N] [--seed N] [--out FILE]';

/**
 * Reads `--rows N --seed N --out FILE`, each of which may be left out.
 * @throws UsageError
 */
export function readSampleArguments(args: readonly string[]): SampleArguments {
  const options = { rows: { type: 'string' }, seed: { type: 'string' }, out: { type: 'string' } } as const;
  const { rows, seed, out } = parseArguments({ args: [...args], options }, USAGE).values;
  return {
    rows: rows === undefined ? SAMPLE_DEFAULTS.rows : wholeNumber('--rows', rows, SAMPLE_LIMITS.rows),
    seed: seed === undefined ? SAMPLE_DEFAULTS.seed : wholeNumber('--seed', seed, SAMPLE_LIMITS.seed),
    out: out ?? DEFAULT_FILE,
  };
}
