/** `food-eta predict`: the orders of a CSV file with the minutes that a version estimates, row by row. */
import { resolve } from 'node:path';
import { parseArguments, UsageError, wholeNumber } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { readEnvironment } from '../../config/environment.js';
import { type ModelUri, resolveModelUri } from '../../registry/model-uri.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { readModel } from '../../training/judged-version.js';
import type { Context, Outcome } from '../command.js';
import { PREDICT } from '../command-lines.js';
import { type PredictedFiles, type PredictedRows, predictFile } from '../predict/predict-file.js';
import { STANDARD } from '../predict/source.js';
import { count } from '../progress.js';
import { versionChosen } from '../version-name.js';

export { FORESEEN } from '../../training/foreseen.js';

const WORKERS = { minimum: 1, maximum: 256 };

interface Arguments extends PredictedFiles {
  readonly uri: ModelUri;
}

interface Result extends Omit<PredictedRows, 'told'> {
  readonly version: number;
  /** Null where it was not written, or not into a file. */
  readonly out: string | null;
  readonly rejected_file: string | null;
  readonly seconds: number;
  readonly rows_per_second: number;
}

/**
 * Code 1 where `--strict` was given and a row was rejected. What is told goes to the standard error.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], { started, json }: Context): Promise<Outcome> {
  const given = readArguments(args, usageOf(PREDICT, started), json);
  const environment = readEnvironment();
  const registry = await openRegistry(registryOptions(environment));
  const version = await resolveModelUri(registry, given.uri);
  const runnable = await readModel(await registry.download(version.name, version.version));
  const startedMs = performance.now();
  const { told, ...table } = await predictFile(given, runnable);
  const seconds = (performance.now() - startedMs) / 1_000;
  const isRefused = given.strict && table.rejected > 0;
  const result = {
    version: version.version,
    ...table,
    out: isRefused || given.output === STANDARD ? null : resolve(given.output),
    rejected_file: table.rejected === 0 || given.rejected === undefined ? null : resolve(given.rejected),
    seconds: Number(seconds.toFixed(3)),
    rows_per_second: Math.round(table.rows / seconds),
  };
  // The standard output may be the rows'.
  if (!json) console.error([...told, closingLine(result, given)].join('\n'));
  return { code: isRefused ? 1 : 0, result };
}

/** "2,000 rows by version 3: 1,990 with minutes in minutes.csv, 10 rejected, see …; 0.1 s, 20,000 rows/s." */
function closingLine(result: Result, { strict, output, rejected }: PredictedFiles): string {
  const { rows, predicted, version, seconds, rows_per_second } = result;
  const where = output === STANDARD ? '' : ` in ${output}`;
  const minutes =
    strict && result.rejected > 0 && output !== STANDARD
      ? `${output} was not written, for --strict allows no rejected row`
      : `${count(predicted)} with minutes${where}`;
  const counts = Object.entries(result.reasons).map(([kind, rowsOf]) => `${kind}: ${count(rowsOf)}`);
  const see = rejected === undefined ? '' : `, see ${rejected}`;
  const rest = counts.length === 0 ? '' : `, ${count(result.rejected)} rejected (${counts.join(', ')})${see}`;
  const pace = `${seconds.toFixed(1)} s, ${count(rows_per_second)} rows/s`;
  return `${count(rows)} rows by version ${version}: ${minutes}${rest}; ${pace}.`;
}

function readArguments(args: readonly string[], usage: string, json: boolean): Arguments {
  const options = PREDICT.options;
  const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true }, usage);
  const [input, ...more] = positionals;
  if (input === undefined || more.length > 0) {
    throw new UsageError(`One file of orders is read; ${positionals.length} were given.\n${usage}`);
  }
  const { out: output = STANDARD, strict = false, 'set-missing': setMissing = false, workers } = values;
  const rejected = values.rejected ?? (output === STANDARD ? undefined : output.replace(/(\.csv)?$/i, '.rejected.csv'));
  const files = [input, output, rejected ?? STANDARD].filter((file) => file !== STANDARD).map((file) => resolve(file));
  if (new Set(files).size < files.length || rejected === STANDARD) {
    throw new UsageError(`Orders, minutes and rejected rows are three files; one is named twice.\n${usage}`);
  }
  if (json && output === STANDARD) {
    throw new UsageError(`--json and the minutes both go to the standard output; name a file with --out.\n${usage}`);
  }
  const environment = readEnvironment();
  return {
    input,
    output,
    rejected,
    strict,
    setMissing,
    uri: versionChosen(values, environment.MODEL_URI),
    workers: workers === undefined ? environment.WORKERS : wholeNumber('--workers', workers, WORKERS),
  };
}
