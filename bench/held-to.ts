/** What the server is held to: ratios within one run, on one machine, against what there is to reach. */
import type { Figures } from './figures.js';
import { medianRatio, type Point } from './points.js';
import { BARE, type ScenarioResult, SERVER } from './scenario.js';
import { BATCH, batchPoint, SINGLE } from './scenarios/batch.js';
import { ONE_CONNECTION } from './scenarios/one-connection.js';
import { saturationPoint } from './scenarios/saturation.js';

export interface HeldTo {
  readonly what: string;
  readonly relation: 'at least' | 'at most';
  readonly limit: number;
  /** Null where it was not measured. */
  readonly value: number | null;
  readonly verdict: 'pass' | 'FAIL' | 'does not count: generator-bound' | 'not measured';
}

type Ratio = (measured: Figures, reference: Figures) => number;

/** @param onnxRowUs what a row costs in ONNX Runtime; undefined where it was not measured */
export function heldTo(results: readonly ScenarioResult[], onnxRowUs: number | undefined): HeldTo[] {
  const points = results.flatMap((result) => result.points);
  const named = (name: string) => points.find((point) => point.name === name);
  const against = (name: string, ratio: Ratio, pair: readonly [string, string] = [SERVER, BARE]) => {
    const point = named(name);
    return point === undefined ? undefined : { points: [point], value: medianRatio(point, pair, ratio) };
  };
  const cpu = (name: string) =>
    onnxRowUs === undefined
      ? undefined
      : against(name, (server, bare) => server.cpuUsPerRow / (bare.cpuUsPerRow + onnxRowUs));
  const throughput: Ratio = (server, bare) => server.rowsPerSecond / bare.rowsPerSecond;
  const p50: Ratio = (server, bare) => server.latencyUs.p50 / bare.latencyUs.p50;
  const p99: Ratio = (server, bare) => server.latencyUs.p99 / bare.latencyUs.p99;
  const cpuPerRow: Ratio = (batch, single) => batch.cpuUsPerRow / single.cpuUsPerRow;
  return [
    held('predictions/s at 256 connections, against bare', 'at least', 0.9, against(saturationPoint(256), throughput)),
    held('CPU per prediction at 256, against bare + a row of ONNX Runtime', 'at most', 1.25, cpu(saturationPoint(256))),
    held('the same at 64 connections', 'at most', 1.4, cpu(saturationPoint(64))),
    held('p50 at one connection, against bare', 'at most', 2.2, against(ONE_CONNECTION, p50)),
    held('p99 at one connection, against bare', 'at most', 4, against(ONE_CONNECTION, p99)),
    held(
      'CPU per row in batches of 100, against single',
      'at most',
      0.4,
      against(batchPoint, cpuPerRow, [BATCH, SINGLE]),
    ),
    held('predictions/s at 4,096 connections, against 64', 'at least', 0.85, growth(named)),
  ];
}

function growth(named: (name: string) => Point | undefined): Measured | undefined {
  const [few, many] = [named(saturationPoint(64)), named(saturationPoint(4_096))];
  const [of64, of4096] = [few?.figures[SERVER], many?.figures[SERVER]];
  if (few === undefined || many === undefined || of64 === undefined || of4096 === undefined) return undefined;
  return { points: [few, many], value: of4096.rowsPerSecond / of64.rowsPerSecond };
}

interface Measured {
  readonly points: readonly Point[];
  readonly value: number;
}

function held(what: string, relation: HeldTo['relation'], limit: number, measured: Measured | undefined): HeldTo {
  if (measured === undefined || Number.isNaN(measured.value)) {
    return { what, relation, limit, value: null, verdict: 'not measured' };
  }
  const { points, value } = measured;
  const passes = relation === 'at least' ? value >= limit : value <= limit;
  const isBound = points.some(({ generatorBound }) => generatorBound);
  const verdict = isBound ? 'does not count: generator-bound' : passes ? 'pass' : 'FAIL';
  return { what, relation, limit, value, verdict };
}
