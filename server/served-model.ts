/** One model version that is being served: its pool, its encoder and the batcher between requests and workers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Encoder } from '../features/encoder.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { parseGoldenRows } from '../workers/golden.js';
import { BATCHES_IN_HAND, MAX_BATCH_ROWS } from '../workers/limits.js';
import { PredictionPool } from '../workers/pool.js';
import { Batcher } from './batcher.js';
import type { Headers } from './exchange.js';
import { CHECKS_PER_TIMEOUT, SPARE_SLOTS } from './limits.js';
import type { BatchMeter, BatchMeters, Role } from './metrics/batches.js';
import { openApiResource } from './openapi/document.js';
import type { Resource } from './resource.js';
import type { Target } from './switching/participant.js';

export interface ServedModel {
  readonly version: ModelVersion;
  /** `metrics.json` of the version. */
  readonly metrics: unknown;
  readonly encoder: Encoder;
  readonly pool: PredictionPool;
  readonly batcher: Batcher;
  readonly meter: BatchMeter;
  /** What every answer of this version carries. */
  readonly versionHeaders: Headers;
  /** The API document, which marks the fields that this version reads. */
  readonly document: Resource;
}

export interface ModelOptions {
  readonly workers: number;
  readonly requestTimeoutMs: number;
  readonly role: Role;
  /** Where its batches are measured. */
  readonly meters: BatchMeters;
}

/**
 * Makes a version ready to answer: its features and its golden rows agree, in every worker.
 * @throws FeatureError or PoolError, saying what does not
 */
export async function openModel(
  { version, folder }: Target,
  { workers, requestTimeoutMs, role, meters }: ModelOptions,
): Promise<ServedModel> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const encoder = Encoder.fromState(await json('features.json'));
  const pool = await PredictionPool.open(
    {
      onnx: await readFile(join(folder, 'model.onnx')),
      features: encoder.state,
      golden: parseGoldenRows(await json('golden.json')),
    },
    {
      workers,
      maxRows: MAX_BATCH_ROWS,
      batchesInHand: BATCHES_IN_HAND,
      spareSlots: SPARE_SLOTS,
      batchTimeoutMs: requestTimeoutMs,
    },
  );
  const metrics = await json('metrics.json');
  const meter = meters.of(role, version.version);
  meter.attach(workers, encoder);
  return {
    version,
    metrics,
    encoder,
    pool,
    meter,
    batcher: new Batcher(pool, encoder, { timeoutMs: requestTimeoutMs, checksPerTimeout: CHECKS_PER_TIMEOUT }),
    versionHeaders: [['x-model-version', String(version.version)]],
    document: openApiResource({ ...version, features: encoder.features, fitted: encoder.state.features }),
  };
}

/** Answers what is in flight, then ends the workers. */
export async function retire({ batcher, pool, meter }: ServedModel): Promise<void> {
  await batcher.drain();
  meter.detach();
  await pool.close();
}
