/** What the server is held to: ratios within one run, on one machine, against what there is to reach. */
import type { Figures } from './figures.js';
import { medianRatio, type Point } from './points.js';
import { BARE, type ScenarioResult, SERVER } from './scenario.js';
import { batchNames, batchPoint } from './scenarios/batch.js';
import { ONE_CONNECTION } from './scenarios/one-connection.js';
import { growthNames, growthPoint, saturationPoint } from './scenarios/saturation.js';

/** A line of what the server is held to: a ratio, without unit, between two servers, or two ways of asking one. */
export interface HeldTo {
  readonly what: string;
  readonly relation: 'at least' | 'at most';
  readonly limit: number;
  /** Null where it was not measured. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'FAIL' | 'does not count: generator-bound' | 'not measured';
  /** The same of the versions that were measured beside, by name, which are held to nothing. */
  readonly beside: Readonly<Record<string, number | null>>;
}

type Ratio = (measured: Figures, reference: Figures) => number;

/**
 * @param onnxRowUs by server, what a row of its version costs in ONNX Runtime, in microseconds; without one that was
 *   not measured. All but `server` stand beside.
 */
export function heldTo(results: readonly ScenarioResult[], onnxRowUs: ReadonlyMap<string, number>): HeldTo[] {
  const points = results.flatMap((result) => result.points);
  const others = [...onnxRowUs.keys()].filter((name) => name !== SERVER);
  const ofOthers = others.map((name) => ({ name, lines: linesOf(name, points, onnxRowUs.get(name)) }));
  return linesOf(SERVER, points, onnxRowUs.get(SERVER)).map(({ what, relation, limit, measured }, at) => ({
    ...judged(relation, limit, measured),
    what,
    beside: Object.fromEntries(ofOthers.map(({ name, lines }) => [name, lines[at]?.measured?.value ?? null])),
  }));
}

interface Line extends Pick<HeldTo, 'what' | 'relation' | 'limit'> {
  readonly measured: Measured | undefined;
}

function linesOf(subject: string, points: readonly Point[], onnxRowUs: number | undefined): Line[] {
  const named = (name: string) => points.find((point) => point.name === name);
  const against = (name: string, ratio: Ratio, pair: readonly [string, string] = [subject, BARE]) => {
    const point = named(name);
    return point === undefined ? undefined : { point, value: medianRatio(point, pair, ratio) };
  };
  const cpu = (name: string) =>
    onnxRowUs === undefined
      ? undefined
      : against(name, (server, bare) => server.cpuUsPerRow / (bare.cpuUsPerRow + onnxRowUs));
  const throughput: Ratio = (server, bare) => server.rowsPerSecond / bare.rowsPerSecond;
  const p50: Ratio = (server, bare) => server.latencyUs.p50 / bare.latencyUs.p50;
  const p99: Ratio = (server, bare) => server.latencyUs.p99 / bare.latencyUs.p99;
  const cpuPerRow: Ratio = (batch, single) => batch.cpuUsPerRow / single.cpuUsPerRow;
  const line = (what: string, relation: Line['relation'], limit: number, measured: Measured | undefined): Line => ({
    what,
    relation,
    limit,
    measured,
  });
  return [
    line('predictions/s at 256 connections, against bare', 'at least', 0.9, against(saturationPoint(256), throughput)),
    line('CPU per prediction at 256, against bare + a row of ONNX Runtime', 'at most', 1.25, cpu(saturationPoint(256))),
    line('the same at 64 connections', 'at most', 1.4, cpu(saturationPoint(64))),
    line('p50 at one connection, against bare', 'at most', 2.2, against(ONE_CONNECTION, p50)),
    line('p99 at one connection, against bare', 'at most', 4, against(ONE_CONNECTION, p99)),
    line(
      'CPU per row in batches of 100, against single',
      'at most',
      0.4,
      against(batchPoint, cpuPerRow, batchNames(subject)),
    ),
    line(
      'predictions/s at 4,096 connections, against 64',
      'at least',
      0.85,
      against(growthPoint, throughput, growthNames(subject)),
    ),
  ];
}

interface Measured {
  readonly point: Point;
  readonly value: number;
}

function judged(
  relation: HeldTo['relation'],
  limit: number,
  measured: Measured | undefined,
): Pick<HeldTo, 'relation' | 'limit' | 'value' | 'verdict'> {
  if (measured === undefined || Number.isNaN(measured.value)) {
    return { relation, limit, value: null, verdict: 'not measured' };
  }
  const { point, value } = measured;
  const passes = relation === 'at least' ? value >= limit : value <= limit;
  const verdict = point.generatorBound ? 'does not count: generator-bound' : passes ? 'pass' : 'FAIL';
  return { relation, limit, value, verdict };
}
