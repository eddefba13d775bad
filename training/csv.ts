/** CSV files with a header, read row by row; the file is never in memory as a whole. */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { PipelineError } from './errors.js';
import { MESSAGE_CHARACTERS } from './limits.js';

export interface CsvRow {
  /** The line of the file on which the row ends, from 1. */
  readonly line: number;
  /** Undefined where the row has another number of cells than the header. */
  readonly cells: readonly string[] | undefined;
}

/** What the parser gives with `info`. */
interface ParsedRow {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** All of them in any file: one put together from several has them mixed. */
const LINE_ENDS = ['\r\n', '\n', '\r'];

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
  let lastLine = 0;
  const parser = parse({
    bom: true,
    record_delimiter: LINE_ENDS,
    relax_column_count: true,
    skip_empty_lines: true,
    info: true,
    // Heard while parsing: rows that wait to be read are lost when the parser fails.
    on_record(record, { lines }) {
      lastLine = lines;
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
      yield { line: info.lines, cells: record.length === columns ? record : undefined };
    }
  } catch (error) {
    throw asPipelineError(file, lastLine, error);
  } finally {
    source.destroy();
  }
  if (columns === undefined) throw new PipelineError('data_invalid', `${file} is empty: it has no header line.`);
}

/** @param lastLine on which the last whole row ends */
function asPipelineError(file: string, lastLine: number, error: unknown): unknown {
  if (error instanceof CsvError) {
    // A quote that is never closed shows at the end of the file only; what helps is where its row begins.
    const unclosed = error.code === 'CSV_QUOTE_NOT_CLOSED';
    const line = unclosed ? lastLine + 1 : Number(error['lines'] ?? 0);
    const fault = unclosed ? 'a quote is opened in this row and never closed' : shorten(error.message);
    return new PipelineError('data_invalid', `${file}, line ${line}: this is no CSV: ${fault}.`);
  }
  if (error instanceof Error && 'syscall' in error) {
    return new PipelineError('data_unreadable', `${file} cannot be read: ${error.message}.`);
  }
  return error;
}

function shorten(message: string): string {
  return message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS)}…` : message;
}
