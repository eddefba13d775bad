/** Lines of CSV, as RFC 4180 has them but for the line end, which is a newline alone. */

const NEEDS_QUOTES = /[",\r\n]/;

/** The cells as one line, without its end. */
export function csvLine(cells: readonly string[]): string {
  let line = '';
  for (let at = 0; at < cells.length; at++) line += at === 0 ? csvCell(cells[at]) : `,${csvCell(cells[at])}`;
  return line;
}

function csvCell(cell = ''): string {
  return NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
