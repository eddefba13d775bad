/** A plot with all that goes with it, so that nobody has to see it to know what it says. */
import type { PlotSpec } from './draw.js';
import type { Table } from './table.js';

/** A plot, what it says in words, and its numbers. */
export interface Figure {
  /** Of its heading in the page. */
  readonly id: string;
  readonly title: string;
  /** What there is to see, in numbers: sentences that stand below the plot and in place of it. */
  readonly finding: string;
  /** @param width pixels that there are for it */
  readonly plot: (width: number) => PlotSpec;
  /** What it was drawn from. */
  readonly table: Table;
}
