/** What the diagnostics show, as tables: `reports/plots/`, a file a table, for programs that plot (`docs/dvc.md`). */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tellingOutputFaults } from '../data/output-error.js';
import { writeJson } from './files.js';
import type { Importance } from './importance.js';
import type { Slice } from './slices.js';
import type { TestOrders } from './test-set.js';

/** A list of objects that all have the same keys: what DVC, Vega and pandas take for a table. */
type PlotTable = readonly object[];

/** The parts of `reports/diagnostics.json` that are lists of one kind of thing. */
interface PlottedParts {
  readonly slices: Readonly<Record<string, readonly Slice[]>>;
  readonly permutation_importance: readonly Importance[];
}

/** Enough to see the shape of a cloud; more makes a page slow and no point visible. */
const PLOTTED_ROWS = 1_000;

/**
 * Name → table: `predictions`, minutes of test rows, spread evenly over all of them; `error-by-…`, one for each
 * dimension of the slices; `importance`.
 * @param predicted [rows] minutes
 */
export function plotTables(
  { actual }: Pick<TestOrders, 'actual'>,
  predicted: ArrayLike<number>,
  { slices, permutation_importance }: PlottedParts,
): Readonly<Record<string, PlotTable>> {
  const plotted = Math.min(PLOTTED_ROWS, actual.length);
  const rows = Array.from({ length: plotted }, (_, index) => Math.floor((index * actual.length) / plotted));
  return {
    predictions: rows.map((row) => ({ actual: actual[row] ?? Number.NaN, predicted: predicted[row] ?? Number.NaN })),
    ...Object.fromEntries(Object.entries(slices).map(([name, slice]) => [`error-by-${name}`, slice])),
    importance: permutation_importance,
  };
}

/**
 * Writes the tables, each into a file `NAME.json`, and leaves no other in the folder.
 * @throws OutputError
 */
export async function writePlotTables(folder: string, tables: Readonly<Record<string, PlotTable>>): Promise<void> {
  await tellingOutputFaults(folder, () => rm(folder, { recursive: true, force: true }));
  for (const [name, table] of Object.entries(tables)) await writeJson(join(folder, `${name}.json`), table);
}
