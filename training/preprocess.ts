/** Learns the category codes from the training rows, and codes both sides into the float32 rows a model sees. */
import { selectFeatures } from '../features/catalogue.js';
import { Encoder, type FeatureValue } from '../features/encoder.js';
import { valueType } from './featurize.js';
import { writeJson } from './files.js';
import { provenanceOf, requireSameOrigin, withSplit } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { type Column, StageTable, writeTable } from './table.js';

/**
 * Reads the feature values and the split; writes `processed/{train,test}.arrow` [rows, columns] float32, and what the
 * encoder has learned from the training rows, `processed/features.json`. Depends on `features` and `data_splitting`.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, `data_invalid`
 */
export const preprocess: Stage = {
  name: 'preprocess',
  purpose: 'feature values → float32 rows for training and for testing',
  async run({ files, params, say }: PipelineContext): Promise<void> {
    const features = selectFeatures(params.features);
    const table = await StageTable.read(files.features, 'featurize');
    const sides = await StageTable.read(files.split, 'split');
    requireSameOrigin(params, await StageTable.read(files.orders, 'clean'), [
      { table, stage: 'featurize' },
      { table: sides, stage: 'split' },
    ]);

    const isTest = sides.cells('test', 'bool');
    const rowsOf = (test: boolean) => [...isTest.keys()].filter((row) => isTest[row] === test);
    const training = rowsOf(false);
    const values = new Map(
      features.map((feature) => [feature.name, table.cells(feature.name, valueType(feature)) as FeatureValue[]]),
    );
    const minutes = table.numbers('minutes');
    const encoder = Encoder.fit(
      features,
      ({ name }) => pick(values.get(name) ?? [], training),
      training.map((row) => minutes[row] ?? Number.NaN),
    );

    const passedOn: Column[] = [
      { name: 'row', type: 'int32', values: table.cells('row', 'int32') },
      { name: 'minutes', type: 'float32', values: minutes },
      { name: 'complete', type: 'bool', values: table.cells('complete', 'bool') },
      ...encoder.columns.map((name, column): Column => {
        const cells = values.get(name) ?? [];
        return { name, type: 'float32', values: cells.map((value) => encoder.encodeValue(column, value)) };
      }),
    ];
    const metadata = {
      ...withSplit(provenanceOf(table), params),
      columns: JSON.stringify(encoder.columns),
    };
    const write = (file: string, rows: readonly number[]) =>
      writeTable(
        file,
        passedOn.map((column) => ({ ...column, values: pick([...column.values], rows) })),
        metadata,
      );
    await writeJson(files.encoderState, encoder.state);
    await write(files.train, training);
    await write(files.test, rowsOf(true));
    say(`${encoder.columns.length} columns: ${encoder.columns.join(', ')}`);
  },
};

function pick<T>(cells: readonly T[], rows: readonly number[]): T[] {
  return rows.map((row) => cells[row] as T);
}
