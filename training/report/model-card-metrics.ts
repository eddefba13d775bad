/** The model card on how right the model is, over all and by slice. */
import { dimensionOf } from './dimensions.js';
import type { Section } from './document.js';
import { sliceTable, wordsOf } from './figures/slices.js';
import { metricsTable } from './metrics-table.js';
import type { TrainedModel } from './trained-model.js';

/** A table of the metrics of complete and of all test rows, and one of errors for each dimension. */
export function metricsSection({ evaluation, diagnostics }: TrainedModel): Section {
  const dimensions = Object.entries(diagnostics.slices).map(([name, slices]) => dimensionOf(name, slices));
  return {
    title: 'Metrics',
    blocks: [
      {
        caption: 'On the test rows; complete are those in which no input is missing',
        table: metricsTable([
          { name: 'complete rows', metrics: evaluation.complete },
          { name: 'all rows', metrics: evaluation.all },
        ]),
      },
      ...dimensions.map((dimension) => {
        const caption = `Error by ${wordsOf(dimension.name)}, all test rows; bias is predicted minus actual`;
        return { caption, table: sliceTable(dimension, dimension.shown) };
      }),
    ],
  };
}
