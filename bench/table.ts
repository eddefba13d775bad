/** Tables for a terminal. */
import type { Figures } from './figures.js';
import type { HeldTo } from './held-to.js';
import type { Point } from './points.js';

/** @param rows the first is the header; numbers stand to the right */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
    )
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

/**
 * Of tables of points, by column. The first two, without a heading, are the point and the server, the last one is
 * remarks.
 */
export const HEADER = [
  '',
  '',
  'offered/s',
  'rows/s',
  'p50 us',
  'p90',
  'p99',
  'p99.9',
  'CPU us/row',
  'rows/batch',
  'refused',
  'generator',
  'others',
  '',
];

/** A table for a terminal: latencies and CPU in microseconds, offered and answered by the second. */
export function formatPoints(points: readonly Point[]): string {
  return formatTable([HEADER, ...pointRows(points)]);
}

/** A row for each server of each point, under HEADER. */
export function pointRows(points: readonly Point[]): string[][] {
  return points.flatMap((point) =>
    Object.entries(point.figures).map(([name, figures], at) => [
      at === 0 ? point.name : '',
      name,
      point.offeredPerSecond === undefined ? '' : whole(point.offeredPerSecond),
      ...cellsOf(figures),
      at === 0 ? remarks(point) : '',
    ]),
  );
}

function cellsOf(figures: Figures): string[] {
  const { rowsPerSecond, latencyUs, cpuUsPerRow, generatorBusy, machineOtherwise } = figures;
  return [
    whole(rowsPerSecond),
    whole(latencyUs.p50),
    whole(latencyUs.p90),
    whole(latencyUs.p99),
    whole(latencyUs.p999),
    cpuUsPerRow.toFixed(2),
    figures.rowsPerBatch?.toFixed(1) ?? '-',
    missed(figures),
    percent(generatorBusy),
    percent(machineOtherwise),
  ];
}

function missed({ refused, errors, unsent = 0 }: Figures): string {
  const others = [errors > 0 ? `${whole(errors)} errors` : '', unsent > 0 ? `${whole(unsent)} unsent` : ''];
  return [whole(refused), ...others].filter((text) => text !== '').join(', ');
}

function remarks({ settled, spread, repetitions, generatorBound }: Point): string {
  const count = `${repetitions.length} times, ${percent(spread)} apart`;
  return [generatorBound ? 'generator-bound' : '', settled ? `settled: ${count}` : `not settled: ${count}`]
    .filter((remark) => remark !== '')
    .join('; ');
}

/** A table for a terminal. */
export function formatHeldTo(lines: readonly HeldTo[]): string {
  return formatTable(heldToRows(lines));
}

/** The first is the header; with a column for each version that was measured beside. */
export function heldToRows(lines: readonly HeldTo[]): string[][] {
  const others = Object.keys(lines[0]?.beside ?? {});
  return [
    ['held to', '', 'limit', 'value', ...others],
    ...lines.map(({ what, relation, limit, value, verdict, beside }) => [
      what,
      verdict,
      `${relation} ${limit}`,
      ratio(value),
      ...others.map((other) => ratio(beside[other] ?? null)),
    ]),
  ];
}

function ratio(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

/** Without decimals, `4,096`, whatever the language of the system; a dash for what is no number. */
export function whole(value: number): string {
  return Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : '-';
}

/**
 * Without decimals; a dash for what is no number.
 * @param share 0 to 1
 */
export function percent(share: number): string {
  return Number.isFinite(share) ? `${Math.round(share * 100)} %` : '-';
}
