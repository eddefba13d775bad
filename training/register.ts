/** Puts together what a version consists of, and registers it as the newest candidate. */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { MODEL_NAME } from '../config/model-name.js';
import { selectFeatures } from '../features/catalogue.js';
import { CANDIDATE } from '../registry/alias-moves.js';
import { mlflowFiles } from '../registry/mlmodel.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { openRegistry } from '../registry/open-registry.js';
import { writeSums } from '../registry/version-files.js';
import type { EvaluationReport } from './evaluate.js';
import { type PipelineFiles, readStageJson, writeJson, writeWhole } from './files.js';
import { gitCommit } from './git.js';
import { requireSameOrigin } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { StageTable } from './table.js';

/** `fit.json`, as far as it is used here. */
interface FitReport {
  readonly python: string;
  readonly libraries: Readonly<Record<string, string>>;
}

export const register: Stage = {
  name: 'register',
  purpose: `a new version of ${MODEL_NAME}, alias '${CANDIDATE}'`,
  async run(context: PipelineContext): Promise<void> {
    const version = await registerVersion(context);
    context.say(`${version.name} version ${version.version}, alias '${CANDIDATE}'`);
  },
};

/** @throws PipelineError `stage_input_missing` or `stage_input_stale`; RegistryError */
export async function registerVersion({ files, params, environment }: PipelineContext): Promise<ModelVersion> {
  const judged = await StageTable.read(files.judged, 'evaluate');
  const test = await StageTable.read(files.test, 'preprocess');
  const features = selectFeatures(params.features);
  requireSameOrigin(features, test, [{ table: test, stage: 'preprocess' }]);
  requireSameOrigin(features, test, [{ table: judged, stage: 'evaluate' }]);
  const evaluation = await readStageJson<EvaluationReport>(files.evaluationReport, 'evaluate');
  const fitted = await readStageJson<FitReport>(files.fitReport, 'fit');
  const runId = randomUUID().replaceAll('-', '');
  const folder = join(files.modelFolder, 'version');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    for (const [source, name] of filesOfVersion(files)) await copyFile(source, join(folder, name));
    await writeJson(join(folder, 'params.json'), params);
    const mlflow = mlflowFiles({
      modelId: `m-${randomUUID().replaceAll('-', '')}`,
      runId,
      createdAt: new Date(),
      columns: features.map(({ name }) => name),
      modelBytes: (await stat(files.onnx)).size,
      python: fitted.python,
      onnx: fitted.libraries['onnx'] ?? '',
      onnxruntime: onnxRuntimeVersion(),
    });
    for (const [name, content] of Object.entries(mlflow)) await writeWhole(join(folder, name), content);
    await writeSums(folder);
    const registry = await openRegistry({
      folder: environment.REGISTRY_DIR,
      trackingUri: environment.MLFLOW_TRACKING_URI,
    });
    const { data, data_file, data_sha256, complete } = evaluation;
    const tags = {
      data,
      data_file,
      data_sha256,
      git_commit: await gitCommit(),
      meta_model: params.model_training.Meta_Model.name,
      test_r2: complete.r2.toFixed(4),
      test_mae: complete.mae.toFixed(3),
    };
    const version = await registry.createModelVersion(MODEL_NAME, folder, { runId, tags });
    await registry.setAlias(MODEL_NAME, CANDIDATE, version.version);
    return version;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function filesOfVersion(files: PipelineFiles): readonly (readonly [source: string, name: string])[] {
  return [
    [files.onnx, 'model.onnx'],
    [files.encoderState, 'features.json'],
    [files.golden, 'golden.json'],
    [files.evaluationReport, 'metrics.json'],
    [files.diagnosticsReport, 'diagnostics.json'],
    [files.judged, 'test-orders.arrow'],
  ];
}

/** The release that judged the model, which MLflow then serves it with. */
function onnxRuntimeVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return manifest.version;
}
