/** What is fit for a terminal: emphasis, tables, and a line that is rewritten. */
import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** The terminal that a stream may be. */
export type Terminal = Pick<NodeJS.WriteStream, 'write'> &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'hasColors'>>;

/** The text in that style where the stream is a terminal that has colours; Node heeds NO_COLOR and FORCE_COLOR. */
export function styled(style: Style, text: string, stream: Terminal = process.stdout): string {
  if (stream.isTTY !== true || stream.hasColors?.() !== true) return text;
  return styleText(style, text, { validateStream: false });
}

/** Whether a line can be rewritten there. */
export function isRewritable(stream: Terminal, variables: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && variables['TERM'] !== 'dumb';
}

/**
 * Columns two spaces apart, each as wide as its widest cell.
 * @param rows the first is the header
 * @param right columns whose cells stand to the right: numbers
 */
export function table(rows: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, at) => (right.has(at) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line, at) => (at === 0 ? styled('bold', line) : line)).join('\n');
}
