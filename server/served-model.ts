/** One model version that is being served: its pool, its encoder and the batcher between requests and workers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServingParams } from '../config/params.js';
import { Encoder } from '../features/encoder.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { parseGoldenRows } from '../workers/golden.js';
import { InPlaceSession } from '../workers/in-place.js';
import { type PoolModel, PredictionPool } from '../workers/pool.js';
import { Batcher } from './batching/batcher.js';
import type { Headers } from './exchange.js';
import {
  FIRST_TRY_SHARE,
  MAX_BULK_ROWS_WAITING,
  SINGLES_PER_BULK,
  SPARE_SLOTS,
  SWEEP_MS,
  WAITING_SHARE,
} from './limits.js';
import type { BatchMeter, BatchMeters, Role } from './metrics/batches.js';
import { openApiResource } from './openapi/document.js';
import type { Resource } from './resource.js';
import type { Target } from './switching/participant.js';

/** A version that can answer, with all that it answers by. */
export interface ServedModel {
  readonly version: ModelVersion;
  /** `metrics.json` of the version. */
  readonly metrics: unknown;
  readonly encoder: Encoder;
  readonly pool: PredictionPool;
  /** What predicts few rows without the pool; undefined where all go there. */
  readonly inPlace: InPlaceSession | undefined;
  readonly batcher: Batcher;
  readonly meter: BatchMeter;
  /** What every answer of this version carries. */
  readonly versionHeaders: Headers;
  /** The API document, which marks the fields that this version reads. */
  readonly document: Resource;
}

/** How a version is made ready. */
export interface ModelOptions {
  readonly workers: number;
  readonly requestTimeoutMs: number;
  readonly params: ServingParams;
  readonly role: Role;
  /** Where its batches are measured. */
  readonly meters: BatchMeters;
}

/**
 * Makes a version ready to answer: its features and its golden rows agree, in every worker.
 * @throws FeatureError or PoolError, saying what does not
 */
export async function openModel({ version, folder }: Target, options: ModelOptions): Promise<ServedModel> {
  const json = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'));
  const encoder = Encoder.fromState(await json('features.json'));
  const model: PoolModel = {
    onnx: await readFile(join(folder, 'model.onnx')),
    features: encoder.state,
    golden: parseGoldenRows(await json('golden.json')),
  };
  const metrics = await json('metrics.json');
  const { pool, inPlace } = await openEngines(model, options);
  const meter = options.meters.of(options.role, version.version);
  meter.attach(options.workers, encoder);
  return {
    version,
    metrics,
    encoder,
    pool,
    inPlace,
    meter,
    batcher: new Batcher(pool, encoder, {
      firstTryMs: options.requestTimeoutMs * FIRST_TRY_SHARE,
      sweepMs: SWEEP_MS,
      waitingShare: WAITING_SHARE,
      singlesPerBulk: SINGLES_PER_BULK,
      maxBulkRows: MAX_BULK_ROWS_WAITING,
      inPlace,
      meter,
    }),
    versionHeaders: [['x-model-version', String(version.version)]],
    document: openApiResource({ ...version, features: encoder.features, fitted: encoder.state.features }),
  };
}

/** What runs the model: both are ready, or neither is left. */
async function openEngines(model: PoolModel, { workers, requestTimeoutMs, params, role }: ModelOptions) {
  // Nobody waits for a shadow's answers, and everybody for this thread.
  const inPlaceMicroseconds = role === 'live' ? params.lone_row_max_microseconds : 0;
  const inPlace = await InPlaceSession.open(model, inPlaceMicroseconds);
  try {
    const pool = await PredictionPool.open(model, {
      workers,
      maxRows: params.max_batch_rows,
      batchesInHand: params.batches_in_hand,
      spareSlots: SPARE_SLOTS,
      batchTimeoutMs: requestTimeoutMs * FIRST_TRY_SHARE,
    });
    return { pool, inPlace };
  } catch (error) {
    await inPlace?.release();
    throw error;
  }
}

/** Answers what is in flight, then ends the workers. */
export async function retire({ batcher, pool, inPlace, meter }: ServedModel): Promise<void> {
  await batcher.drain();
  meter.detach();
  await Promise.all([pool.close(), inPlace?.release()]);
}
