/** The curves of a report: what is drawn of which scenario. */
import type { Figures } from '../figures.js';
import type { Latencies } from '../load/load-result.js';
import type { Point } from '../points.js';
import type { ScenarioReport } from '../report.js';
import type { Chart, Series } from './line-chart.js';

const QUANTILES: readonly (readonly [name: string, key: keyof Latencies])[] = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p99.9', 'p999'],
];

/** Of any scenario: those of its points that lie along an axis. */
export function chartsOf({ points }: ScenarioReport): Chart[] {
  const overConnections = points.filter(({ name }) => /^\d+ connections$/.test(name));
  const overLoad = points.filter(({ offeredPerSecond }) => offeredPerSecond !== undefined);
  const charts: Chart[] = [];
  if (overConnections.length > 1) charts.push(throughput(overConnections));
  if (overLoad.length > 1) {
    charts.push(latencyOverLoad(overLoad), latencyByQuantile(overLoad));
    if (overLoad.some(({ figures }) => Object.values(figures).some((each) => each.rowsPerBatch !== undefined))) {
      charts.push(batchSizeOverLoad(overLoad));
    }
  }
  return charts;
}

function throughput(points: readonly Point[]): Chart {
  return {
    title: 'Predictions a second over connections',
    x: 'connections',
    y: 'predictions a second',
    logX: true,
    series: bySubject(
      points,
      ({ name }) => Number.parseInt(name, 10),
      ({ rowsPerSecond }) => rowsPerSecond,
    ),
  };
}

function latencyOverLoad(points: readonly Point[]): Chart {
  const series = QUANTILES.flatMap(([quantile, key]) =>
    bySubject(points, offered, ({ latencyUs }) => latencyUs[key]).map(({ name, points }) => ({
      name: `${name} ${quantile}`,
      points,
    })),
  );
  const title = 'Latency over load, from when a request was due';
  return { title, x: 'requests due in a second', y: 'microseconds', logY: true, series };
}

/** The nines are spread out: from 90 % to 99 % is as far as from 99 % to 99.9 %. */
function latencyByQuantile(points: readonly Point[]): Chart {
  const series = points.flatMap(({ name, figures }) =>
    Object.entries(figures).flatMap(([subject, { curve = [] }]): Series[] => {
      const along = curve.filter(({ quantile }) => quantile < 1);
      return [
        {
          name: `${subject} ${name.replace(' of saturation', '')}`,
          points: along.map(({ quantile, us }) => [1 / (1 - quantile), us]),
        },
      ];
    }),
  );
  return {
    title: 'Latency by the share of answers that are quicker, last repetition',
    x: 'share of answers',
    y: 'microseconds',
    logX: true,
    logY: true,
    formatX: (value) => (value <= 1 ? '0 %' : `${Number((100 - 100 / value).toPrecision(6))} %`),
    series,
  };
}

function batchSizeOverLoad(points: readonly Point[]): Chart {
  const title = 'Rows of a batch in the mean over load';
  const series = bySubject(points, offered, ({ rowsPerBatch }) => rowsPerBatch);
  return { title, x: 'requests due in a second', y: 'rows a batch', series };
}

function offered({ offeredPerSecond = 0 }: Point): number {
  return offeredPerSecond;
}

function bySubject(
  points: readonly Point[],
  x: (point: Point) => number,
  y: (figures: Figures) => number | undefined,
): Series[] {
  const subjects = [...new Set(points.flatMap(({ figures }) => Object.keys(figures)))];
  return subjects.map((name) => ({
    name,
    points: points.flatMap((point) => {
      const figures = point.figures[name];
      const value = figures && y(figures);
      return value === undefined ? [] : [[x(point), value] as const];
    }),
  }));
}
