/** What a pipeline command is given, read from its arguments, the environment and `params.yaml`. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments } from '../config/command.js';
import { readEnvironment } from '../config/environment.js';
import { readParams } from '../config/params.js';
import { pipelineFiles } from './files.js';
import type { PipelineContext } from './stage.js';

/** Seen from `dist/training/`. */
const PARAMS = fileURLToPath(new URL('../../params.yaml', import.meta.url));

/** What the command line of `npm run train` and `npm run stage` may say. */
export interface PipelineArguments {
  /** The CSV file of raw orders; by default `orders.csv` in the folder of raw data. */
  readonly data?: string | undefined;
  readonly params?: string | undefined;
  readonly preset?: string | undefined;
}

/**
 * Reads and checks the environment and the parameters; no file of data is touched.
 * @throws ConfigError
 */
export function createContext({ data, params, preset }: PipelineArguments): PipelineContext {
  const environment = readEnvironment();
  return {
    environment,
    params: readParams(params ?? PARAMS, preset),
    files: pipelineFiles(environment),
    data: resolve(data ?? `${environment.DATA_DIR}/raw/orders.csv`),
    startedAt: new Date(),
    say: (line) => console.log(line),
  };
}

/** @throws UsageError */
export function readPipelineArguments(
  args: readonly string[],
  usage: string,
): PipelineArguments & { readonly names: readonly string[] } {
  const { values, positionals } = parseArguments(
    {
      args: [...args],
      options: { data: { type: 'string' }, params: { type: 'string' }, preset: { type: 'string' } },
      allowPositionals: true,
    },
    usage,
  );
  return { ...values, names: positionals };
}
