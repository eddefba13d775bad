import t from 'tap';
import { figures, point } from './fixtures/reports.js';
import { heldTo } from './held-to.js';
import type { Point } from './points.js';

const ONNX_ROW_US = 4;

/** @param cpu of the server; the bare reference has 20 us */
function saturation(connections: number, rowsPerSecond: number, cpu: number): Point {
  const pair = {
    server: figures({ rowsPerSecond, cpuUsPerRow: cpu }),
    bare: figures({ rowsPerSecond: 1_000, cpuUsPerRow: 20 }),
  };
  return point(`${connections} connections`, [pair]);
}

/** Rows a second of the server with few connections and with many, in turn. */
function growth(few: number, many: number): Point {
  const turns = { 'server, 64': figures({ rowsPerSecond: few }), 'server, 4096': figures({ rowsPerSecond: many }) };
  return point('64 and 4096 connections', [turns]);
}

function rowCosts(server: number | undefined): Map<string, number> {
  return new Map(server === undefined ? [] : [['server', server]]);
}

function verdicts(points: readonly Point[], onnxRowUs: number | undefined = ONNX_ROW_US): Record<string, string> {
  const lines = heldTo([{ points, notes: [] }], rowCosts(onnxRowUs));
  return Object.fromEntries(lines.map(({ what, verdict }) => [what, verdict]));
}

const AT_256 = 'predictions/s at 256 connections, against bare';
const CPU_256 = 'CPU per prediction at 256, against bare + a row of ONNX Runtime';
const CPU_64 = 'the same at 64 connections';
const GROWTH = 'predictions/s at 4,096 connections, against 64';

t.test(
  'ratios at their limits pass and those beyond fail, with a row of ONNX Runtime beside the bare reference',
  async (t) => {
    const good = [saturation(64, 1_000, 33.5), saturation(256, 900, 30), growth(1_000, 850)];
    t.match(verdicts(good), { [AT_256]: 'pass', [CPU_256]: 'pass', [CPU_64]: 'pass', [GROWTH]: 'pass' });
    const bad = [saturation(64, 1_000, 33.7), saturation(256, 899, 30.1), growth(1_000, 849)];
    t.match(verdicts(bad), { [AT_256]: 'FAIL', [CPU_256]: 'FAIL', [CPU_64]: 'FAIL', [GROWTH]: 'FAIL' });
  },
);

t.test('a ratio is that of the median repetition, in which both servers were measured', async (t) => {
  const pair = (server: number, bare: number) => ({
    server: figures({ rowsPerSecond: server }),
    bare: figures({ rowsPerSecond: bare }),
  });
  // The machine halved its speed between repetitions; within each the server had 0.95, 0.92 and 0.5 of the reference.
  const point256 = point('256 connections', [pair(950, 1_000), pair(460, 500), pair(500, 1_000)]);
  const [line] = heldTo([{ points: [point256], notes: [] }], rowCosts(ONNX_ROW_US));
  t.match(line, { what: AT_256, value: 0.92, verdict: 'pass' });
});

t.test('a point whose generator was at its limit does not count, whatever its figures', async (t) => {
  const bound = { ...saturation(256, 1, 999), generatorBound: true };
  const verdict = 'does not count: generator-bound';
  t.match(verdicts([bound]), { [AT_256]: verdict, [CPU_256]: verdict });
});

t.test('what was not measured neither passes nor fails', async (t) => {
  t.strictSame(new Set(Object.values(verdicts([]))), new Set(['not measured']));
  const [, cpu] = heldTo([{ points: [saturation(256, 900, 30)], notes: [] }], rowCosts(undefined));
  t.match(cpu, { what: CPU_256, value: null, verdict: 'not measured' });
});

t.test('a version beside is told with its own row of ONNX Runtime, and held to nothing', async (t) => {
  const with2 = {
    server: figures({ rowsPerSecond: 950, cpuUsPerRow: 28 }),
    bare: figures({ rowsPerSecond: 1_000, cpuUsPerRow: 20 }),
    'version 2': figures({ rowsPerSecond: 500, cpuUsPerRow: 60 }),
  };
  const costs = new Map([
    ['server', 4],
    ['version 2', 20],
  ]);
  const [throughput, cpu, , p50] = heldTo([{ points: [point('256 connections', [with2])], notes: [] }], costs);
  t.match(throughput, { what: AT_256, value: 0.95, verdict: 'pass', beside: { 'version 2': 0.5 } });
  t.match(cpu, { what: CPU_256, verdict: 'pass', beside: { 'version 2': 1.5 } });
  t.match(p50, { verdict: 'not measured', beside: { 'version 2': null } });
});
