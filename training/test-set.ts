/** The test rows with everything known of them: orders, features, what happened, and what Python predicts. */
import { inputsOf } from '../features/catalogue.js';
import { Encoder } from '../features/encoder.js';
import type { PartialOrder } from '../features/order.js';
import { PipelineError } from './errors.js';
import { readStageJson } from './files.js';
import { parseFitParams } from './fit.js';
import { ordersOf } from './orders.js';
import type { PythonPredictions } from './parity.js';
import { type Provenance, provenanceOf, requireSameOrigin } from './provenance.js';
import { isTestRow } from './split.js';
import type { PipelineContext } from './stage.js';
import { StageTable } from './table.js';

/** The orders that a model is judged on. */
export interface TestOrders {
  readonly provenance: Provenance;
  readonly encoder: Encoder;
  /** [rows] */
  readonly orders: readonly PartialOrder[];
  /** [rows] the line of the raw file. */
  readonly lines: Float64Array;
  /** [rows] minutes that the delivery took. */
  readonly actual: Float64Array;
  /** [rows] whether every input of the features in use is present. */
  readonly complete: readonly boolean[];
  /** [rows, columns] as serving encodes the orders. */
  readonly features: Float32Array;
}

/** The same for a model that this pipeline has fitted. */
export interface TestSet extends TestOrders {
  readonly python: PythonPredictions;
}

/**
 * The test orders for a model that was not trained by this pipeline, encoded as it wants them.
 * @param data_splitting by which the sides of the rows are told
 * @throws PipelineError `stage_input_missing`, `data_invalid` where no row is for testing
 */
export async function readTestOrders(
  { files, params: { data_splitting } }: Pick<PipelineContext, 'files' | 'params'>,
  encoder: Encoder,
): Promise<TestOrders> {
  const table = await StageTable.read(files.orders, 'clean');
  const all = ordersOf(table);
  const rows = [...all.keys()].filter((row) =>
    isTestRow(String(all[row]?.ID ?? ''), data_splitting.random_state, data_splitting.test_size),
  );
  if (rows.length === 0) throw new PipelineError('data_invalid', `${files.orders} has no rows for testing.`);
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row] ?? Number.NaN);
  const orders = rows.map((row) => all[row] ?? {});
  const inputs = inputsOf(encoder.features);
  return {
    provenance: provenanceOf(table),
    encoder,
    orders,
    lines: pick(table.numbers('line')),
    actual: pick(table.numbers('minutes')),
    complete: orders.map((order) => inputs.every((field) => order[field] !== undefined)),
    features: encodeAll(encoder, orders),
  };
}

/**
 * Reads the test set and encodes its orders as a request would be.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, or `parity_failed` where a row is encoded otherwise
 *   than it was for training.
 */
export async function readTestSet({ files, params }: PipelineContext): Promise<TestSet> {
  const orderTable = await StageTable.read(files.orders, 'clean');
  const test = await StageTable.read(files.test, 'preprocess');
  const { made_from } = await readStageJson(files.fitParams, 'fit', parseFitParams);
  requireSameOrigin(params, orderTable, [
    { table: test, stage: 'preprocess' },
    { table: { metadata: made_from }, stage: 'fit' },
  ]);
  const encoder = await readStageJson(files.encoderState, 'preprocess', (state) => Encoder.fromState(state));
  const rows = test.numbers('row');
  const allOrders = ordersOf(orderTable);
  const allLines = orderTable.numbers('line');
  const orders = Array.from(rows, (row) => allOrders[row] ?? {});
  const features = encodeAll(encoder, orders);
  requireSameFeatures(encoder, features, test);
  return {
    provenance: provenanceOf(orderTable),
    encoder,
    orders,
    lines: rows.map((row) => allLines[row] ?? Number.NaN),
    actual: test.numbers('minutes'),
    complete: test.cells('complete', 'bool').map((cell) => cell === true),
    features,
    python: pythonPredictions(await StageTable.read(files.predictions, 'fit'), rows),
  };
}

/** The orders as requests would be encoded, [rows, columns]. */
export function encodeAll(encoder: Encoder, orders: readonly PartialOrder[]): Float32Array {
  const columns = encoder.columns.length;
  const features = new Float32Array(orders.length * columns);
  for (const [row, order] of orders.entries()) encoder.encode(order, features, row * columns);
  return features;
}

/** By construction they are the same; this is the proof, on every row, to the bit. */
function requireSameFeatures(encoder: Encoder, features: Float32Array, test: StageTable): void {
  const width = encoder.columns.length;
  for (const [index, name] of encoder.columns.entries()) {
    const trained = test.numbers(name);
    const row = trained.findIndex((value, at) => value !== features[at * width + index]);
    if (row === -1) continue;
    throw new PipelineError(
      'parity_failed',
      `Test row ${row}: feature '${name}' was ${trained[row]} for training and is ${features[row * width + index]} ` +
        'for serving. Run again: npm run stage -- featurize, split, preprocess, fit',
    );
  }
}

function pythonPredictions(table: StageTable, rows: Float64Array): PythonPredictions {
  const predictedRows = table.numbers('row');
  if (predictedRows.length !== rows.length || predictedRows.some((row, at) => row !== rows[at])) {
    throw new PipelineError(
      'stage_input_stale',
      'The model was fitted on another split. Run again: npm run stage -- fit',
    );
  }
  return {
    minutes: table.numbers('minutes'),
    nearThreshold: table.cells('near_threshold', 'bool').map((cell) => cell === true),
    alternatives: table.numberLists('alternatives'),
  };
}
