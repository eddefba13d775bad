/** `--compare`: what changed since an earlier report, and whether it is more than the repetitions of either lie apart. */
import { type Figures, median } from './figures.js';
import type { Point } from './points.js';
import { FORMAT, type Report } from './report.js';
import { formatTable, whole } from './table.js';

/** One figure of one server at one point, in two reports. */
export interface Change {
  readonly scenario: string;
  readonly point: string;
  readonly subject: string;
  /** With its unit, as the table heads it: `p99 us`. */
  readonly figure: string;
  /** In the unit of the figure, as the next. */
  readonly before: Range;
  readonly now: Range;
  /** As a share of what was before. */
  readonly change: number;
  /** The repetitions of both overlap: nothing can be said. */
  readonly withinNoise: boolean;
}

interface Range {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** The file is no report of this bench. */
export class ReportUnreadable extends Error {
  override readonly name = 'ReportUnreadable';
  readonly code = 'report_unreadable';
}

const FIGURES: Readonly<Record<string, (figures: Figures) => number>> = {
  'rows/s': ({ rowsPerSecond }) => rowsPerSecond,
  'p50 us': ({ latencyUs }) => latencyUs.p50,
  'p99 us': ({ latencyUs }) => latencyUs.p99,
  'CPU us/row': ({ cpuUsPerRow }) => cpuUsPerRow,
};

/** @throws ReportUnreadable naming the file */
export function parseReport(file: string, text: string): Report {
  let report: unknown;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new ReportUnreadable(`${file} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const isReport =
    typeof report === 'object' && report !== null && 'format' in report && report.format === FORMAT && 'at' in report;
  if (!isReport) {
    throw new ReportUnreadable(`${file} is no report of this bench, format ${FORMAT}; give one that it has written.`);
  }
  return report as Report;
}

/** Of all that both have measured. */
export function compareReports(before: Report, now: Report): Change[] {
  return now.scenarios.flatMap(({ name: scenario, points }) => {
    const earlier = before.scenarios.find(({ name }) => name === scenario)?.points ?? [];
    return points.flatMap((point) => {
      const same = earlier.find(({ name }) => name === point.name);
      return same === undefined ? [] : changesOf(scenario, same, point);
    });
  });
}

function changesOf(scenario: string, before: Point, now: Point): Change[] {
  return Object.keys(now.figures).flatMap((subject) =>
    Object.entries(FIGURES).flatMap(([figure, read]) => {
      const [then, since] = [rangeOf(before, subject, read), rangeOf(now, subject, read)];
      if (then === undefined || since === undefined) return [];
      const change = since.median / then.median - 1;
      const withinNoise = since.least <= then.most && then.least <= since.most;
      return { scenario, point: now.name, subject, figure, before: then, now: since, change, withinNoise };
    }),
  );
}

function rangeOf({ repetitions }: Point, subject: string, read: (figures: Figures) => number): Range | undefined {
  const values = repetitions.flatMap((repetition) => {
    const figures = repetition[subject];
    return figures === undefined ? [] : read(figures);
  });
  if (values.length === 0) return undefined;
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** The changes as a table for a terminal; a sentence where there are none. */
export function formatChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return '  The two reports have no point in common.';
  return formatTable([
    ['point', 'figure', 'before', 'now', 'change', ''],
    ...changes.map(({ point, subject, figure, before, now, change, withinNoise }) => [
      `${point}, ${subject}`,
      figure,
      shown(before),
      shown(now),
      `${change >= 0 ? '+' : ''}${(change * 100).toFixed(1)} %`,
      withinNoise ? 'within the noise' : 'changed',
    ]),
  ]);
}

function shown({ median, least, most }: Range): string {
  const of = (value: number): string => (most < 1_000 ? value.toFixed(1) : whole(value));
  return `${of(median)} (${of(least)} to ${of(most)})`;
}
