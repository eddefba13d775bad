/** What is known of one repetition of a measurement, and what is said of several: medians, and how far they lie apart. */
import type { Latencies, LoadResult } from './load/load-result.js';

export interface Figures extends LoadResult {
  /** Orders that were predicted: several for a request that carries several. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Microseconds of the server's processor time for each of them. */
  readonly cpuUsPerRow: number;
  /** Share of all processors that neither server nor generator used but somebody else, 0 to 1. */
  readonly machineOtherwise: number;
  /** Rows of a batch in the mean, where the server tells that. */
  readonly rowsPerBatch?: number;
}

export type FigureName = {
  [Name in keyof Figures]-?: number extends Figures[Name] ? Name : never;
}[keyof Figures];

/** Every number's own median; of an even count the lower of the two in the middle, which was measured. */
export function medianFigures(repetitions: readonly Figures[]): Figures {
  const [first] = repetitions;
  if (first === undefined) throw new Error('Nothing was measured.');
  const of = (read: (figures: Figures) => number): number => median(repetitions.map(read));
  const latencies = Object.fromEntries(
    Object.keys(first.latencyUs).map((key) => [key, of(({ latencyUs }) => latencyUs[key as keyof Latencies])]),
  ) as unknown as Latencies;
  const numbers = Object.entries(first)
    .filter(([, value]) => typeof value === 'number')
    .map(([key]) => [key, of((figures) => Number(figures[key as FigureName]))]);
  return { ...first, ...Object.fromEntries(numbers), latencyUs: latencies };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** How far values lie apart, as a share of their mean. */
export function relativeSpread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (Math.max(...values) - Math.min(...values)) / mean;
}
