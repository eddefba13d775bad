/** Counts of values in bins of one width. A bin holds its lower end and not its upper. */
import { HISTOGRAM_BINS_MAX } from '../limits.js';

/** Of values from `from` on, below `to`. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

const STEPS = [1, 2, 5] as const;

/**
 * The width of bins for values from `low` to `high`: 1, 2, 5, 10, 20 … times `step`, the least that needs no more than
 * `most` bins.
 */
export function binWidth(low: number, high: number, step: number, most = HISTOGRAM_BINS_MAX): number {
  for (let scale = step; Number.isFinite(scale); scale *= 10) {
    const width = STEPS.map((factor) => factor * scale).find((factor) => (high - low) / factor <= most);
    if (width !== undefined) return width;
  }
  throw new RangeError(`There are no bins from ${low} to ${high}.`);
}

/** Adjacent bins from the least value to the greatest, the empty ones between among them; none of no values. */
export function histogram(values: ArrayLike<number>, width: number): Bin[] {
  const counts = new Map<number, number>();
  for (const value of Array.from(values)) {
    const at = Math.floor(value / width);
    counts.set(at, (counts.get(at) ?? 0) + 1);
  }
  const [first, last] = rangeOf([...counts.keys()]);
  return Array.from({ length: counts.size === 0 ? 0 : last - first + 1 }, (_, index) => {
    const at = first + index;
    return { from: at * width, to: (at + 1) * width, count: counts.get(at) ?? 0 };
  });
}

/** A square of a plane, and how many pairs lie in it. */
export interface Cell {
  /** Lower ends. */
  readonly x: number;
  readonly y: number;
  readonly count: number;
}

/** Counts of pairs in squares of `width`, without the empty ones; by x, then by y. */
export function jointHistogram(xs: ArrayLike<number>, ys: ArrayLike<number>, width: number): Cell[] {
  const cells = new Map<string, { x: number; y: number; count: number }>();
  for (const [row, value] of Array.from(xs).entries()) {
    const [x, y] = [value, ys[row] ?? Number.NaN].map((each) => Math.floor(each / width) * width);
    if (x === undefined || y === undefined) continue;
    const cell = cells.get(`${x} ${y}`);
    if (cell === undefined) cells.set(`${x} ${y}`, { x, y, count: 1 });
    else cell.count += 1;
  }
  return [...cells.values()].sort((a, b) => a.x - b.x || a.y - b.y);
}

/** The least and the greatest; infinite of no values. */
export function rangeOf(values: Iterable<number, unknown, unknown>): readonly [least: number, greatest: number] {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}
