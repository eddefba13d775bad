/** A version that answers otherwise than the trained one, made from it in a moment. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MODEL_NAME } from '../config/model-name.js';
import { Encoder } from '../features/encoder.js';
import type { EncoderState } from '../features/encoder-state.js';
import { writeSums } from '../registry/version-files.js';
import { type GoldenRow, parseGoldenRows } from '../workers/golden.js';
import { PredictionPool } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import type { CopiedRegistry } from './copied-registry.js';

const OPTIONS = { workers: 1, maxRows: 32, batchesInHand: 2, spareSlots: 0, batchTimeoutMs: 10_000 };

/**
 * Registers the production version again with the words of each category in the opposite order, and the golden minutes
 * that it then gives.
 * @param folder to put it together in
 * @returns its number
 */
export async function registerVariant({ registry, files }: CopiedRegistry, folder: string): Promise<number> {
  await cp(await files(1), folder, { recursive: true });
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const state = (await json('features.json')) as EncoderState;
  const features = state.features.map(({ categories, ...feature }) =>
    categories === undefined ? feature : { ...feature, categories: categories.toReversed() },
  );
  const encoder = Encoder.fromState({ ...state, features });
  const golden = await answered(parseGoldenRows(await json('golden.json')), encoder, join(folder, 'model.onnx'));
  await writeFile(join(folder, 'features.json'), JSON.stringify(encoder.state));
  await writeFile(join(folder, 'golden.json'), JSON.stringify(golden));
  await writeSums(folder);
  return (await registry.createModelVersion(MODEL_NAME, folder)).version;
}

/** The orders with the minutes that the model gives for them through the encoder. */
async function answered(golden: readonly GoldenRow[], encoder: Encoder, onnx: string): Promise<GoldenRow[]> {
  const columns = encoder.columns.length;
  const features = new Float32Array(golden.length * columns);
  for (const [row, { order }] of golden.entries()) encoder.encode(order, features, row * columns);
  // Without golden rows: these are what is asked for.
  const pool = await PredictionPool.open({ onnx: await readFile(onnx), features: encoder.state, golden: [] }, OPTIONS);
  const minutes = await predictAll(pool, features);
  await pool.close();
  return golden.map(({ order }, row) => ({ order, minutes: minutes[row] ?? Number.NaN }));
}
