/** Where the pipeline's files stand, and how they are written: whole or not at all. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Environment } from '../config/environment.js';
import { PipelineError } from './errors.js';

export interface PipelineFiles {
  readonly orders: string;
  readonly features: string;
  readonly split: string;
  readonly train: string;
  readonly test: string;
  readonly encoderState: string;
  /** What fitting makes: the graph and Python's own predictions. */
  readonly modelFolder: string;
  readonly onnx: string;
  readonly predictions: string;
  readonly fitParams: string;
  readonly fitReport: string;
  readonly golden: string;
  /** The test orders with what happened and what was predicted. */
  readonly judged: string;
  readonly cleaningReport: string;
  readonly evaluationReport: string;
  readonly diagnosticsReport: string;
}

export function pipelineFiles({ DATA_DIR, REPORTS_DIR }: Pick<Environment, 'DATA_DIR' | 'REPORTS_DIR'>): PipelineFiles {
  const modelFolder = join(DATA_DIR, 'model');
  return {
    orders: join(DATA_DIR, 'cleaned', 'orders.arrow'),
    features: join(DATA_DIR, 'interim', 'features.arrow'),
    split: join(DATA_DIR, 'interim', 'split.arrow'),
    train: join(DATA_DIR, 'processed', 'train.arrow'),
    test: join(DATA_DIR, 'processed', 'test.arrow'),
    encoderState: join(DATA_DIR, 'processed', 'features.json'),
    modelFolder,
    onnx: join(modelFolder, 'model.onnx'),
    predictions: join(modelFolder, 'predictions.arrow'),
    fitParams: join(modelFolder, 'fit-params.json'),
    fitReport: join(modelFolder, 'fit.json'),
    golden: join(modelFolder, 'golden.json'),
    judged: join(modelFolder, 'test-orders.arrow'),
    cleaningReport: join(REPORTS_DIR, 'cleaning.json'),
    evaluationReport: join(REPORTS_DIR, 'evaluation.json'),
    diagnosticsReport: join(REPORTS_DIR, 'diagnostics.json'),
  };
}

/** Writes a file so that a reader, or a next start after a crash, finds the old content or the new, never a part. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.draft`;
  try {
    const handle = await open(draft, 'w');
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export async function writeJson(file: string, value: unknown): Promise<void> {
  await writeWhole(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

/**
 * The bytes of what an earlier stage has written.
 * @throws PipelineError `stage_input_missing`, saying which stage to run.
 */
export async function readStageOutput(file: string, stage: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PipelineError(
      'stage_input_missing',
      `${file} cannot be read (${reason}). It is made by: npm run stage -- ${stage}`,
    );
  }
}

/** The JSON that an earlier stage has written; its shape is that stage's promise. */
export async function readStageJson<T>(file: string, stage: string): Promise<T> {
  const text = (await readStageOutput(file, stage)).toString('utf8');
  try {
    return JSON.parse(text) as T;
  } catch {
    throw new PipelineError('data_invalid', `${file} is not JSON. It is made by: npm run stage -- ${stage}`);
  }
}
