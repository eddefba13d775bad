/**
 * A table of numbers as CSV: a line of column names, then rows, such as pandas writes them without an index. No cell
 * of such a table can hold a comma, a quote or a line end, so none is looked for; `training/csv.ts` reads real CSV.
 */
import { invalid } from './door-fault.js';
import type { Table } from './tables.js';

const NUMBER = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

/** @throws DoorFault */
export function csvTable(text: string): Table {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  while (lines.at(-1) === '') lines.pop();
  const [header, ...rows] = lines;
  if (header === undefined) throw invalid('The CSV is empty: its first line must have the column names.');
  return { columns: cellsOf(header), rows: rows.map((line) => cellsOf(line).map(numberOrText)) };
}

/** Quotes around a cell are taken off. */
function cellsOf(line: string): string[] {
  return line.split(',').map((cell) => {
    const text = cell.trim();
    return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  });
}

/** What is no number stays a text, and is refused where its column is known. */
function numberOrText(cell: string): unknown {
  return NUMBER.test(cell) ? Number(cell) : cell;
}
