/** The fuzzer of the reading and cleaning of raw files: bytes in, rows and orders out or a clear refusal, nothing else. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { cleanOrder } from '../../features/raw-order.js';
import { readCsv } from '../../training/csv.js';
import { PipelineError } from '../../training/errors.js';
import { Header } from '../../training/header.js';
import { type Campaign, fuzz } from './campaign.js';
import { type CsvInput, csvInput, linesOf, textOf } from './csv-inputs.js';
import { wrongFields } from './order-rules.js';

interface Read {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[] | undefined)[];
  readonly lines: readonly number[];
}

/** Coordinates that fit the orders of training may be missing; the offsets are of their own. */
const NONE_REQUIRED = [] as const;
/** One that names every column of the data set. */
const LONGEST_MESSAGE = 1_200;

/** @throws FuzzFailure */
export async function fuzzCsv(campaign: Campaign): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'fuzz-csv-'));
  let files = 0;
  const tryAll = async (inputs: readonly CsvInput[]): Promise<void> => {
    await Promise.all(inputs.map((input) => tryOne(join(folder, `${files++}.csv`), input)));
  };
  try {
    return await fuzz(csvInput, tryAll, campaign);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function tryOne(file: string, input: CsvInput): Promise<void> {
  const bytes =
    input.kind === 'bytes' ? Buffer.from(input.bytes, 'latin1') : Buffer.from(textOf(input.rows, input.layout));
  await writeFile(file, bytes);
  try {
    const found = await readOrRefusal(file);
    if (input.kind === 'table') judgeTable(input, found);
    if (found instanceof PipelineError) return;
    if (input.kind === 'bytes') judgeLines(found, bytes);
    cleanAll(file, found);
  } finally {
    await rm(file);
  }
}

async function readOrRefusal(file: string): Promise<Read | PipelineError> {
  let header: readonly string[] = [];
  const rows: (readonly string[] | undefined)[] = [];
  const lines: number[] = [];
  try {
    for await (const row of readCsv(file, (cells) => {
      header = cells;
    })) {
      rows.push(row.cells);
      lines.push(row.line);
    }
  } catch (error) {
    return refusal(file, error);
  }
  return { header, rows, lines };
}

/** The error, where it is what a person can act on: of the foreseen kind, naming the file, and not a page long. */
function refusal(file: string, error: unknown): PipelineError {
  if (!(error instanceof PipelineError)) throw error;
  const { code, message } = error;
  const isClear =
    code === 'data_invalid' && message.startsWith(file) && message.length - file.length <= LONGEST_MESSAGE;
  if (!isClear) throw new Error(`The refusal is not clear: ${code}: ${message}`);
  return error;
}

function judgeTable({ rows, layout }: Extract<CsvInput, { kind: 'table' }>, found: Read | PipelineError): void {
  if (found instanceof PipelineError) throw new Error(`CSV by the rules is refused: ${found.message}`);
  const [header, ...expected] = rows.map((cells) => cells.map(([text]) => text));
  if (!isDeepStrictEqual([found.header, ...found.rows], [header, ...expected])) {
    throw new Error(`Read otherwise than written: ${JSON.stringify(found)}`);
  }
  const [, ...lines] = linesOf(rows, layout);
  if (!isDeepStrictEqual(found.lines, lines)) throw new Error(`On lines ${found.lines}, where it is ${lines}.`);
}

function judgeLines({ lines }: Read, bytes: Buffer): void {
  const last = bytes.toString('latin1').split(/\r\n|\r|\n/).length;
  const isAscending = lines.every((line, row) => line > (lines[row - 1] ?? 0) && line <= last);
  if (!isAscending) throw new Error(`Lines ${lines} of a file of ${last}.`);
}

/** As the stage `clean` does it. */
function cleanAll(file: string, { header: names, rows }: Read): void {
  const header = headerOrRefusal(file, names);
  if (header instanceof PipelineError) return;
  for (const cells of rows) {
    if (cells === undefined) continue;
    const cleaned = cleanOrder(
      (column) => cells[header.position(column)] ?? '',
      () => {},
    );
    if (cleaned.rejected !== undefined) continue;
    const { order, minutes, picked } = cleaned;
    const wrong = wrongFields(order, NONE_REQUIRED);
    if (wrong.length > 0) throw new Error(`Cleaned to an order that is none, in ${wrong}: ${JSON.stringify(order)}`);
    if (!(minutes > 0 && Number.isFinite(minutes))) throw new Error(`Cleaned to ${minutes} minutes.`);
    if (picked !== undefined && !/^[0-2][0-9]:[0-5][0-9]$/.test(picked)) throw new Error(`Picked up at '${picked}'.`);
  }
}

function headerOrRefusal(file: string, names: readonly string[]): Header | PipelineError {
  try {
    return new Header(file, names);
  } catch (error) {
    return refusal(file, error);
  }
}
