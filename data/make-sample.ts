/** `npm run sample`: writes the sample to a CSV file. */
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isProgram, runProgram } from '../config/command.js';
import { readSampleArguments } from './sample-arguments.js';
import { COLUMNS, SAMPLE_DEFAULTS, type SampleOptions, sampleOrders } from './sample-orders.js';

/**
 * Writes the sample into `file`, making its folder if need be. The file appears whole or not at all: it is written
 * under another name beside it and renamed, and nothing is left behind on failure.
 *
 * @throws RangeError where rows or seed are beyond SAMPLE_LIMITS, and what the file system throws
 */
export async function makeSample(file: string, options: SampleOptions = SAMPLE_DEFAULTS): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  try {
    await pipeline(Readable.from(csvLines(options)), createWriteStream(draft, { flush: true }));
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function* csvLines(options: SampleOptions): Generator<string> {
  yield `${COLUMNS.join(',')}\n`;
  for (const order of sampleOrders(options)) yield `${COLUMNS.map((column) => order[column]).join(',')}\n`;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { out, rows, seed } = readSampleArguments(process.argv.slice(2));
    await makeSample(out, { rows, seed });
    console.log(`${out}: ${rows} sample orders, seed ${seed}`);
    return undefined;
  }, []);
}
