/** Where the pipeline's files stand, and how a stage reads what an earlier one has written. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../config/environment.js';
import { writeWhole } from '../data/whole-file.js';
import { PipelineError } from './errors.js';
import type { Parse } from './shape.js';

/** The path of each file that a stage writes, in the folders of the environment. */
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
  /** Which version the model has become. */
  readonly registered: string;
  /** Tables for programs that plot. */
  readonly plotsFolder: string;
}

/** The paths; nothing is read or made. */
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
    registered: join(modelFolder, 'registered.json'),
    plotsFolder: join(REPORTS_DIR, 'plots'),
  };
}

/**
 * Writes the value as indented JSON, whole or not at all.
 * @throws OutputError
 */
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
    throw new PipelineError(
      'stage_input_missing',
      `${file} cannot be read (${messageOf(error)}). It is made by: npm run stage -- ${stage}`,
    );
  }
}

/**
 * The JSON that an earlier stage has written, as what `parse` makes of it.
 * @throws PipelineError `stage_input_missing` or `data_invalid`, saying which stage to run.
 */
export async function readStageJson<T>(file: string, stage: string, parse: Parse<T>): Promise<T> {
  const text = (await readStageOutput(file, stage)).toString('utf8');
  try {
    return parse(JSON.parse(text));
  } catch (error) {
    throw notAsWritten(file, stage, error instanceof SyntaxError ? 'it is not JSON' : messageOf(error));
  }
}

/** The fault of a file that is there but is not what the stage writes: of an older format, say, or edited. */
export function notAsWritten(file: string, stage: string, fault: string): PipelineError {
  return new PipelineError(
    'data_invalid',
    `${file} is not what stage '${stage}' writes: ${fault.replace(/\.$/, '')}. Run again: npm run stage -- ${stage}`,
  );
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
