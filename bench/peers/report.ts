/** What a run with the peers found: a table for a terminal, and one for a page of Markdown. */
import type { Figures } from '../figures.js';
import type { Machine, Versions } from '../machine.js';
import { medianRatio, type Point, type Repeating } from '../points.js';
import { SERVER } from '../scenario.js';
import { formatTable, whole } from '../table.js';
import type { PeerPoints } from './measure-peer.js';

/** A server that was measured beside ours: a peer, or the bare reference. */
export interface Measured {
  readonly name: string;
  readonly title: string;
  /** How it is set up, in a few words. */
  readonly about: string;
  readonly points: PeerPoints;
}

/** One that could not be measured. */
export interface Failed {
  readonly name: string;
  readonly title: string;
  readonly reason: string;
}

/** What the run found, as it is written to `reports/peers.json`. */
export interface PeersReport {
  /** ISO 8601, UTC, when the measuring was over. */
  readonly at: string;
  readonly machine: Machine;
  readonly versions: Versions;
  readonly modelUri: string;
  /** Of one repetition. */
  readonly seconds: number;
  readonly repeating: Repeating;
  /** The bare reference first. */
  readonly measured: readonly Measured[];
  readonly failed: readonly Failed[];
}

interface Row {
  readonly title: string;
  readonly about: string;
  readonly cells: readonly string[];
}

const COLUMNS = ['p50 us', 'p99 us', 'predictions/s', 'CPU us each'];

/** The table for a terminal. Behind each figure stands how many times that of the server it is. */
export function formatPeers(report: PeersReport): string {
  const rows = rowsOf(report).map(({ title, about, cells }) => [title, about, ...cells]);
  const failed = report.failed.map(({ title, reason }) => `\n  ${title} was not measured. ${reason}`);
  return [formatTable([['', '', ...COLUMNS], ...rows]), ...failed].join('\n');
}

/** For the README. */
export function markdownOf(report: PeersReport): string {
  const header = `| | 1 connection: ${COLUMNS[0]} | ${COLUMNS[1]} | 64 connections: ${COLUMNS[2]} | ${COLUMNS[3]} |`;
  const rows = rowsOf(report).map(({ title, about, cells }) => `| ${title} (${about}) | ${cells.join(' | ')} |`);
  const failed = report.failed.map(({ title }) => `| ${title} | not measured | | | |`);
  return [header, '|---|---|---|---|---|', ...rows, ...failed].join('\n');
}

/** The server with its own figures, and the others with how many times its figures theirs are, in the same repetitions. */
function rowsOf({ measured }: PeersReport): Row[] {
  const [first] = measured;
  const server: Row[] =
    first === undefined
      ? []
      : [{ title: 'this server', about: 'one process, one worker', cells: cellsOf(first.points, SERVER) }];
  return [
    ...server,
    ...measured.map(({ name, title, about, points }) => ({ title, about, cells: cellsOf(points, name) })),
  ];
}

function cellsOf({ lone, busy }: PeerPoints, name: string): string[] {
  const cell = (point: Point, text: (value: number) => string, read: (figures: Figures) => number): string => {
    const figures = point.figures[name];
    if (figures === undefined) return '-';
    const value = text(read(figures));
    if (name === SERVER) return value;
    return `${value} (x ${ratio(medianRatio(point, [name, SERVER], (one, other) => read(one) / read(other)))})`;
  };
  return [
    cell(lone, whole, ({ latencyUs }) => latencyUs.p50),
    cell(lone, whole, ({ latencyUs }) => latencyUs.p99),
    `${cell(busy, whole, ({ rowsPerSecond }) => rowsPerSecond)}${failures(busy.figures[name])}`,
    cell(
      busy,
      (value) => value.toFixed(1),
      ({ cpuUsPerRow }) => cpuUsPerRow,
    ),
  ];
}

/** Nobody is quick by not answering. */
function failures(figures: Figures | undefined): string {
  const unanswered = (figures?.refused ?? 0) + (figures?.errors ?? 0);
  return unanswered === 0 ? '' : `, ${whole(unanswered)} not answered`;
}

/** With two digits that say something. */
function ratio(value: number): string {
  if (!Number.isFinite(value)) return '-';
  if (value >= 10) return whole(value);
  return value >= 1 ? value.toFixed(1) : String(Number(value.toPrecision(2)));
}
