/** Orders become feature values, by the definitions that serving uses; words are not coded yet. */
import { inputsOf, selectFeatures } from '../features/catalogue.js';
import type { Feature } from '../features/feature.js';
import type { PartialOrder } from '../features/order.js';
import { ordersOf } from './orders.js';
import { provenanceOf, withFeatures } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { type Column, type ColumnType, StageTable, writeTable } from './table.js';

/**
 * Reads `cleaned/orders.arrow`; writes `interim/features.arrow` [orders, features in use], numbers as they are and
 * words as text, with whether each row is complete. Depends on `features`.
 * @throws PipelineError `stage_input_missing`, `data_invalid`; FeatureError `unknown_feature`, `duplicate_feature`
 */
export const featurize: Stage = {
  name: 'featurize',
  purpose: 'orders → values of the features in use',
  async run({ files, params, say }: PipelineContext): Promise<void> {
    const features = selectFeatures(params.features);
    const table = await StageTable.read(files.orders, 'clean');
    const orders = ordersOf(table);
    const inputs = inputsOf(features);
    const complete = orders.map((order) => inputs.every((field) => order[field] !== undefined));
    const columns: Column[] = [
      // The position of the row in the table of orders.
      { name: 'row', type: 'int32', values: orders.keys() },
      { name: 'minutes', type: 'float32', values: table.numbers('minutes') },
      { name: 'complete', type: 'bool', values: complete },
      ...features.map((feature) => valuesOf(feature, orders)),
    ];
    await writeTable(files.features, columns, withFeatures(provenanceOf(table), features));
    const share = Math.round((100 * complete.filter(Boolean).length) / Math.max(1, orders.length));
    say(`${features.length} features of ${orders.length} orders, ${share} % of them complete`);
  },
};

/** The column type of a feature's values. */
export function valueType({ kind }: Pick<Feature, 'kind'>): ColumnType {
  return kind === 'number' ? 'float64' : 'text';
}

function valuesOf(feature: Feature, orders: readonly PartialOrder[]): Column {
  return { name: feature.name, type: valueType(feature), values: orders.map((order) => feature.value(order)) };
}
