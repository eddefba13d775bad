/** CSV files with a header, read row by row; the file is never in memory as a whole. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { PipelineError } from './errors.js';
import { LineEnds } from './line-ends.js';

/** A row as the file has it, its cells as text. */
export interface CsvRow {
  /** The line of the file on which the row ends, from 1. */
  readonly line: number;
  /** Undefined where the row has another number of cells than the header. */
  readonly cells: readonly string[] | undefined;
  /** All cells that there are, however many. */
  readonly record: readonly string[];
}

/** What the parser gives with `info`. */
interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly bytes: number };
}

/** All of them in any file: one put together from several has them mixed. */
const LINE_ENDS = ['\r\n', '\n', '\r'];
/** The parser's faults in words that tell what to do; its own messages name lines by its own count. */
const FAULTS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened in this row and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell goes on after its closing quote; a quote within it is written twice',
  INVALID_OPENING_QUOTE: 'a quote stands within a cell that does not begin with one; such a cell is quoted as a whole',
};

/**
 * The columns of the header, then the rows.
 * @param checkHeader is given the header's cells before any row is read
 * @param source gives the bytes of the file
 * @throws PipelineError `data_unreadable` or `data_invalid`, naming the file and the line.
 */
export async function* readCsv(
  file: string,
  checkHeader: (header: readonly string[]) => void,
  source: Readable = createReadStream(file),
): AsyncGenerator<CsvRow, void, void> {
  // The parser's own count of lines takes a CR LF within quotes for two, and leaves out some blank lines.
  const lines = new LineEnds();
  source.on('data', (chunk: Buffer) => lines.read(chunk));
  let lastRowEnd = 0;
  const parser = parse({
    bom: true,
    record_delimiter: LINE_ENDS,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    // Heard while parsing: rows that wait to be read are lost when the parser fails.
    on_record(record, { bytes }) {
      lastRowEnd = bytes;
      return record;
    },
  });
  // pipeline() would close the parser before its last rows are read; an error of the file must still reach the reader.
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: number | undefined;
  try {
    const records: AsyncIterable<ParsedRow, unknown, unknown> = parser;
    for await (const { record, info } of records) {
      if (columns === undefined) {
        checkHeader(record);
        columns = record.length;
        continue;
      }
      yield { line: lines.lineEndingAt(info.bytes), cells: record.length === columns ? record : undefined, record };
    }
  } catch (error) {
    throw asPipelineError(file, error, () => lines.lineBeginningAt(lastRowEnd));
  } finally {
    source.destroy();
  }
  if (columns === undefined) throw new PipelineError('data_invalid', `${file} is empty: it has no header line.`);
}

/** @param lineAtFault gives the line on which the row begins that could not be read */
function asPipelineError(file: string, error: unknown, lineAtFault: () => number): unknown {
  if (error instanceof CsvError) {
    const fault = FAULTS[error.code] ?? error.code;
    return new PipelineError('data_invalid', `${file}, line ${lineAtFault()}: this is no CSV: ${fault}.`);
  }
  if (error instanceof Error && 'syscall' in error) {
    return new PipelineError('data_unreadable', `${file} cannot be read: ${error.message}.`);
  }
  return error;
}
