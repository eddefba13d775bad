/**
 * Brings in a version that was logged to MLflow from Python: judged on the test orders at hand, through the workers that
 * would serve it, and registered over again as a whole version. Nobody else has said what it should answer, so its
 * golden rows hold what these workers gave: they guard against other runtimes, not against a wrong graph.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tellingOutputFaults } from '../data/output-error.js';
import { makeFolder, writeWhole } from '../data/whole-file.js';
import { Encoder } from '../features/encoder.js';
import type { MlflowRegistry } from '../registry/mlflow/mlflow-registry.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { PoolError } from '../workers/errors.js';
import type { PredictionPool } from '../workers/pool.js';
import { predictAll } from '../workers/predict-all.js';
import { diagnoseModel } from './diagnose.js';
import { PipelineError } from './errors.js';
import { describeMetrics, goldenRows, judgePredictions } from './evaluate.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { writeJson } from './files.js';
import { gitCommit } from './git.js';
import { judgedBy } from './judged-model.js';
import { judgedColumns } from './judged-orders.js';
import { withSplit } from './provenance.js';
import { publish } from './publish.js';
import { describeRun } from './run-description.js';
import type { PipelineContext } from './stage.js';
import { writeTable } from './table.js';
import { readTestOrders } from './test-set.js';

/** What a version logged from Python has, as far as it is used. */
interface LoggedModel {
  readonly onnx: Buffer;
  readonly encoder: Encoder;
  readonly pythonVersion: string;
  readonly onnxVersion: string;
}

/** @throws RegistryError, FeatureError, PipelineError `model_unfit`, `stage_input_missing` */
export async function adopt(
  registry: MlflowRegistry,
  name: string,
  version: number,
  context: PipelineContext,
): Promise<ModelVersion> {
  const { files, params, environment, say, startedAt } = context;
  const folder = join(files.modelFolder, 'adopted');
  await tellingOutputFaults(folder, () => rm(folder, { recursive: true, force: true }));
  await tellingOutputFaults(folder, () => makeFolder(folder));
  try {
    const { runId } = await registry.fetchLogged(name, version, folder);
    const model = await readLogged(folder);
    const columns = model.encoder.columns;
    const test = await readTestOrders(context, model.encoder);
    const { predicted, diagnostics } = await withModel(model, version, environment.WORKERS, async (pool) => ({
      predicted: requireNumbers(await predictAll(pool, test.features), version),
      diagnostics: await diagnoseModel(pool, test, judgedBy(model.onnx), params.data_splitting.random_state),
    }));
    const threshold = params.promotion_policy.staging.diagnostics.extreme_error_threshold;
    const report = judgePredictions(test, predicted, threshold);
    say(`complete rows: ${describeMetrics(report.complete)}`);
    say(`all rows:      ${describeMetrics(report.all)}`);
    const { data, data_file, data_sha256, complete } = report;
    const origin = { adopted_from: String(version), adopted_from_run: runId };
    const metrics = { test_r2: complete.r2.toFixed(4), test_mae: complete.mae.toFixed(3) };
    const tags = { data, data_file, data_sha256, git_commit: await gitCommit(), ...origin, ...metrics };
    return await publish(registry, name, join(files.modelFolder, 'version'), {
      run: {
        params: { features: columns.join(', '), ...origin },
        metrics: describeRun(params, report).metrics,
        tags,
        reports: [],
        startedAt,
      },
      columns,
      python: model.pythonVersion,
      onnx: model.onnxVersion,
      async fill(target) {
        await writeWhole(join(target, 'model.onnx'), model.onnx);
        await writeJson(join(target, 'features.json'), model.encoder.state);
        await writeJson(join(target, 'golden.json'), goldenRows([...test.orders.keys()], test.orders, predicted));
        await writeJson(join(target, 'metrics.json'), report);
        await writeJson(join(target, 'params.json'), { features: columns, ...origin });
        await writeJson(join(target, 'diagnostics.json'), diagnostics);
        const metadata = {
          ...withSplit(test.provenance, { ...params, features: columns }),
          ...judgedBy(model.onnx),
        };
        await writeTable(join(target, 'test-orders.arrow'), judgedColumns(test, predicted), metadata);
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readLogged(folder: string): Promise<LoggedModel> {
  const text = async (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const mlmodel = await text('MLmodel');
  const versionOf = (key: string): string => {
    const [, version = ''] = new RegExp(`^ +${key}: '?([0-9][0-9A-Za-z.+]*)'?$`, 'm').exec(mlmodel) ?? [];
    if (version !== '') return version;
    throw new PipelineError(
      'model_unfit',
      `MLmodel does not say its ${key}; log the model with mlflow.onnx.log_model.`,
    );
  };
  return {
    onnx: await readFile(join(folder, 'model.onnx')),
    encoder: Encoder.fromState(parseFeatures(await text('features.json'))),
    pythonVersion: versionOf('python_version'),
    onnxVersion: versionOf('onnx_version'),
  };
}

function parseFeatures(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PipelineError('model_unfit', 'features.json is not JSON: log the file that a training run has written.');
  }
}

async function withModel<T>(
  { onnx, encoder }: LoggedModel,
  version: number,
  workers: number,
  use: (pool: PredictionPool) => Promise<T>,
): Promise<T> {
  try {
    return await withEvaluationPool({ onnx, features: encoder.state, golden: [] }, workers, use);
  } catch (error) {
    if (!(error instanceof PoolError) || error.code !== 'model_refused') throw error;
    throw new PipelineError(
      'model_unfit',
      `Version ${version} cannot be served: ${error.message.replaceAll(/\s+/g, ' ')} Wanted is a graph of one file (save_as_external_data=False), ` +
        "of an opset that this ONNX Runtime knows, from 'features' [rows, columns] to 'minutes' [rows, 1], both float32, " +
        'with the columns of features.json.',
    );
  }
}

function requireNumbers(predicted: Float32Array, version: number): Float32Array {
  const row = predicted.findIndex((minutes) => !Number.isFinite(minutes));
  if (row === -1) return predicted;
  throw new PipelineError('model_unfit', `Version ${version} gives ${predicted[row]} minutes for test row ${row}.`);
}
