/** What is known of one repetition of a measurement, and what is said of several: medians, and how far they lie apart. */
import type { LoadResult } from './load/load-result.js';
import type { PacedReport } from './load/paced.js';

/** What only an open loop tells. */
type OfOpenLoop = Partial<
  Pick<PacedReport, 'refusedLatencyUs' | 'refusedOnceSentUs' | 'sendLagUs' | 'unsent' | 'curve'>
>;

/**
 * What one repetition gave of one server, or the medians of several. Only rows that were answered count, and only
 * latencies of answers with 200.
 */
export interface Figures extends LoadResult, OfOpenLoop {
  /** Orders that were predicted: several for a request that carries several. */
  readonly rows: number;
  readonly rowsPerSecond: number;
  /** Microseconds of the server's processor time for each of them. */
  readonly cpuUsPerRow: number;
  /** Share of all processors that neither server nor generator used but somebody else, 0 to 1. */
  readonly machineOtherwise: number;
  /** Memory of the server after it, in bytes. */
  readonly residentBytes: number;
  /** Rows of a batch in the mean, where the server tells that. */
  readonly rowsPerBatch?: number;
}

/**
 * Every number's own median, within latencies too; of an even count the lower of the two in the middle, which was
 * measured. A curve is that of the last repetition.
 */
export function medianFigures(repetitions: readonly Figures[]): Figures {
  const last = repetitions.at(-1);
  if (last === undefined) throw new Error('Nothing was measured.');
  return medianOf(repetitions, last);
}

/** @param like one of the values, all of which have its shape */
function medianOf<T extends object>(values: readonly T[], like: T): T {
  const entries = Object.entries(like).map(([key, value]: [string, unknown]) => {
    const ofAll = values.map((each) => Object.entries(each).find(([name]) => name === key)?.[1] as unknown);
    if (typeof value === 'number') return [key, median(ofAll.map(Number))];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [key, value];
    return [
      key,
      medianOf(
        ofAll.filter((each) => typeof each === 'object' && each !== null),
        value,
      ),
    ];
  });
  return Object.fromEntries(entries) as T;
}

/** The value in the middle; of an even count the lower of the two, which was measured. NaN of no values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}

/** How far values lie apart, as a share of their mean. */
export function relativeSpread(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (Math.max(...values) - Math.min(...values)) / mean;
}
