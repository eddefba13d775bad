/** CSV files with a header, read row by row; the file is never in memory as a whole. */
import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { PipelineError } from './errors.js';

export interface CsvRow {
  /** The line of the file on which the row ends, from 1. */
  readonly line: number;
  /** Undefined where the row has another number of cells than the header. */
  readonly cells: readonly string[] | undefined;
}

/**
 * The columns of the header, then the rows.
 * @param checkHeader is given the header's cells before any row is read
 * @throws PipelineError `data_unreadable` or `data_invalid`, naming the file and the line.
 */
export async function* readCsv(
  file: string,
  checkHeader: (header: readonly string[]) => void,
): AsyncGenerator<CsvRow, void, void> {
  const source = createReadStream(file);
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, info: true });
  // pipeline() would close the parser before its last rows are read; an error of the file must still reach the reader.
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let columns: number | undefined;
  try {
    for await (const parsed of parser) {
      const { record, info } = parsed as { record: string[]; info: { lines: number } };
      if (columns === undefined) {
        checkHeader(record);
        columns = record.length;
        continue;
      }
      yield { line: info.lines, cells: record.length === columns ? record : undefined };
    }
  } catch (error) {
    throw asPipelineError(file, error);
  } finally {
    source.destroy();
  }
  if (columns === undefined) throw new PipelineError('data_invalid', `${file} is empty: it has no header line.`);
}

function asPipelineError(file: string, error: unknown): unknown {
  if (error instanceof CsvError) {
    const line = Number(error['lines'] ?? 0);
    return new PipelineError('data_invalid', `${file}, line ${line}: this is no CSV: ${error.message}.`);
  }
  if (error instanceof Error && 'syscall' in error) {
    return new PipelineError('data_unreadable', `${file} cannot be read: ${error.message}.`);
  }
  return error;
}
