/** The dimensions along which errors are told, out of `diagnostics.json`: ordered, and not too many values of each. */
import { SHOWN_ORDERED_VALUES_MAX, SHOWN_VALUES_MAX, TOLD_VALUES_MAX } from '../limits.js';
import { MISSING_VALUE, mean, type Slice } from '../slices.js';

/** What the test rows are sliced by, as `slices.ts` does it. */
export interface Dimension {
  /** As in `diagnostics.json`. */
  readonly name: string;
  /** Whether its values have an order of their own, as hours have, rather than that of their counts. */
  readonly ordered: boolean;
  /** What is missing comes last; the others by their value, or those with the most rows first. */
  readonly slices: readonly Slice[];
  /** The first of them, as many as a plot can show. */
  readonly shown: readonly Slice[];
}

const ORDERED: ReadonlySet<string> = new Set(['hour', 'distance_km']);

/** What is asked of a slice before it is called the best or the worst: of fewer rows a mean is mostly chance. */
const ROWS_TO_SPEAK_OF = 30;

/**
 * @param name as in `diagnostics.json`
 * @param slices of the dimension, in any order
 */
export function dimensionOf(name: string, slices: readonly Slice[]): Dimension {
  const ordered = ORDERED.has(name);
  const sorted = slices.toSorted((a, b) => {
    const missing = Number(a.value === MISSING_VALUE) - Number(b.value === MISSING_VALUE);
    return missing || (ordered ? 0 : b.rows - a.rows) || (a.value < b.value ? -1 : 1);
  });
  const shown = sorted.slice(0, ordered ? SHOWN_ORDERED_VALUES_MAX : SHOWN_VALUES_MAX);
  return { name, ordered, slices: sorted.slice(0, TOLD_VALUES_MAX), shown };
}

/** The slices with the least and the greatest mean error; undefined where fewer than two have rows enough. */
export function extremesOf({ slices }: Dimension): { readonly least: Slice; readonly greatest: Slice } | undefined {
  const telling = slices.filter(({ rows }) => rows >= ROWS_TO_SPEAK_OF).sort((a, b) => a.mae - b.mae);
  const [least, greatest] = [telling[0], telling.at(-1)];
  return telling.length < 2 || least === undefined || greatest === undefined ? undefined : { least, greatest };
}

/** 1.96 standard errors to either side: where the mean lies in 19 of 20 such samples, by the normal approximation. */
export function interval(
  middle: number,
  standardError: number | null,
): { readonly low: number; readonly high: number } {
  const reach = 1.96 * (standardError ?? 0);
  return { low: middle - reach, high: middle + reach };
}

/** The interval of a mean of absolute errors, of which none is below 0. */
export function errorInterval({ mae, mae_standard_error }: Pick<Slice, 'mae' | 'mae_standard_error'>) {
  const { low, high } = interval(mae, mae_standard_error);
  return { low: Math.max(0, low), high };
}

/** What the mean absolute error would be if the same minutes were told of every order: their median. */
export function errorOfMedian(actual: Float64Array): number {
  const sorted = actual.toSorted();
  const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return mean([...actual].map((minutes) => Math.abs(minutes - median)));
}
