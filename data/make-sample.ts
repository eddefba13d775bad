/** `npm run sample`: writes the sample to a CSV file, or as bodies of requests to one that ends in `.ndjson`. */
import { isProgram, runProgram } from '../config/command.js';
import { OutputError } from './output-error.js';
import { readSampleArguments } from './sample-arguments.js';
import { sampleBodies } from './sample-bodies.js';
import { COLUMNS, SAMPLE_DEFAULTS, type SampleOptions, sampleOrders } from './sample-orders.js';
import { writeWhole } from './whole-file.js';

/** Written at once. */
const CHUNK_LINES = 1_000;

/**
 * Writes the sample into `file`, making its folder if need be. The file appears whole or not at all, and nothing is
 * left behind on failure.
 *
 * @throws RangeError where rows or seed are beyond SAMPLE_LIMITS; OutputError
 */
export async function makeSample(file: string, options: SampleOptions = SAMPLE_DEFAULTS): Promise<void> {
  await writeWhole(file, chunksOf(file.endsWith('.ndjson') ? sampleBodies(options) : csvLines(options)));
}

function* csvLines(options: SampleOptions): Generator<string, void, undefined> {
  yield COLUMNS.join(',');
  for (const order of sampleOrders(options)) yield COLUMNS.map((column) => order[column]).join(',');
}

function* chunksOf(all: Generator<string, void, undefined>): Generator<string, void, undefined> {
  let lines: string[] = [];
  for (const line of all) {
    lines.push(line);
    if (lines.length < CHUNK_LINES) continue;
    yield `${lines.join('\n')}\n`;
    lines = [];
  }
  if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { out, rows, seed } = readSampleArguments(process.argv.slice(2));
    await makeSample(out, { rows, seed });
    console.log(`${out}: ${rows} sample orders, seed ${seed}`);
    return undefined;
  }, [OutputError]);
}
