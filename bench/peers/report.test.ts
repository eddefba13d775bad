import t from 'tap';
import type { Figures } from '../figures.js';
import type { Point } from '../points.js';
import { formatPeers, markdownOf, type PeersReport } from './report.js';

function figures(p50: number, rowsPerSecond: number, cpuUsPerRow: number, errors = 0): Figures {
  const latencyUs = { mean: p50, p50, p90: p50, p99: p50 * 3, p999: p50, max: p50 };
  const load = { seconds: 1, answered: 1, answeredInAll: 1, refused: 0, errors, requestsPerSecond: rowsPerSecond };
  const generator = { generatorBusy: 0.1, generatorCpuSeconds: 0.1 };
  return {
    ...load,
    ...generator,
    latencyUs,
    rows: 1,
    rowsPerSecond,
    cpuUsPerRow,
    machineOtherwise: 0,
    residentBytes: 1,
  };
}

function point(peer: Figures, server: Figures): Point {
  const figures = { fastify: peer, server };
  return { name: '', settled: true, spread: 0, generatorBound: false, figures, repetitions: [figures] };
}

const server = figures(200, 80_000, 15);
const report = {
  measured: [
    {
      name: 'fastify',
      title: 'Fastify 5',
      about: 'as it is',
      points: { lone: point(figures(300, 0, 0), server), busy: point(figures(0, 12_000, 90, 7), server) },
    },
  ],
  failed: [{ name: 'ray-serve', title: 'Ray Serve', reason: 'Ray Serve cannot be set up: the disk is full.' }],
} as unknown as PeersReport;

t.test(
  'the server stands with its figures, a peer with its own and with how many times the server’s they are',
  async (t) => {
    const [, , ours, fastify] = markdownOf(report).split('\n');
    t.equal(ours, '| this server (one process, one worker) | 200 | 600 | 80,000 | 15.0 |');
    t.equal(
      fastify,
      '| Fastify 5 (as it is) | 300 (x 1.5) | 900 (x 1.5) | 12,000 (x 0.15), 7 not answered | 90.0 (x 6.0) |',
    );
  },
);

t.test('a peer that was not measured is named, with the reason', async (t) => {
  t.match(markdownOf(report), '| Ray Serve | not measured | | | |');
  t.match(formatPeers(report), 'Ray Serve was not measured. Ray Serve cannot be set up: the disk is full.');
});
