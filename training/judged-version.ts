/** A registered version as promotion judges it: the test orders that travel with it, and its model, run as when serving. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder } from '../features/encoder.js';
import type { PartialOrder } from '../features/order.js';
import type { ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { parseGoldenRows } from '../workers/golden.js';
import type { PoolModel } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import { PipelineError } from './errors.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { StageTable } from './table.js';
import { encodeAll } from './test-set.js';

/** A registered version with what it was judged on. */
export interface JudgedVersion {
  readonly version: ModelVersion;
  /** Its files, checksums verified. */
  readonly folder: string;
  /** `test-orders.arrow`: the orders, what happened and what was predicted; in its metadata, data and split. */
  readonly test: StageTable;
}

/** @throws RegistryError, PipelineError `data_invalid` */
export async function readJudgedVersion(registry: ModelRegistry, version: ModelVersion): Promise<JudgedVersion> {
  const folder = await registry.download(version.name, version.version);
  const file = join(folder, 'test-orders.arrow');
  return { version, folder, test: StageTable.parse(file, await readFile(file), 'evaluate') };
}

/**
 * What the version answers for the orders, encoded by its own encoder from its own features.
 * @returns [orders] minutes
 * @throws FeatureError, PoolError, PipelineError `model_unfit`
 */
export async function predictWith(
  { folder }: JudgedVersion,
  orders: readonly PartialOrder[],
  workers: number,
): Promise<Float32Array> {
  const { encoder, model } = await readModel(folder);
  return withEvaluationPool(model, workers, (pool) => predictAll(pool, encodeAll(encoder, orders)));
}

/** What runs in a pool, and the encoder of its features. */
export interface RunnableModel {
  readonly encoder: Encoder;
  readonly model: PoolModel;
}

/**
 * The model of a version.
 * @param folder of the version's files, checksums verified
 * @throws FeatureError, PipelineError `model_unfit`
 */
export async function readModel(folder: string): Promise<RunnableModel> {
  const encoder = Encoder.fromState(await readJson(join(folder, 'features.json')));
  const onnx = await readFile(join(folder, 'model.onnx'));
  const golden = parseGoldenRows(await readJson(join(folder, 'golden.json')));
  return { encoder, model: { onnx, features: encoder.state, golden } };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new PipelineError('model_unfit', `${file} is not JSON.`);
  }
}
