/** Puts together what a version consists of, and registers it as the newest candidate. */
import { randomUUID } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MODEL_NAME } from '../config/model-name.js';
import { tellingOutputFaults } from '../data/output-error.js';
import { makeFolder, writeWhole } from '../data/whole-file.js';
import { CANDIDATE } from '../registry/alias-moves.js';
import { mlflowFiles } from '../registry/mlmodel.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { openRegistry } from '../registry/open-registry.js';
import { writeSums } from '../registry/version-files.js';
import { PipelineError } from './errors.js';
import { EvaluationReport } from './evaluate.js';
import { type PipelineFiles, readStageJson, readStageOutput, writeJson } from './files.js';
import { parseFitParams, parseFitReport } from './fit.js';
import { gitCommit } from './git.js';
import { JudgedModel, requireSameModel } from './judged-model.js';
import { requireSameOrigin } from './provenance.js';
import { parserOf } from './shape.js';
import type { PipelineContext, Stage } from './stage.js';
import { StageTable } from './table.js';

const parseEvaluation = parserOf(EvaluationReport);
const parseJudgedModel = parserOf(JudgedModel);

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
  const { made_from, model_training } = await readStageJson(files.fitParams, 'fit', parseFitParams);
  requireSameOrigin(params, test, [
    { table: test, stage: 'preprocess' },
    { table: { metadata: made_from }, stage: 'fit' },
    { table: judged, stage: 'evaluate' },
  ]);
  if (!isDeepStrictEqual(model_training, params.model_training)) {
    throw new PipelineError(
      'stage_input_stale',
      'The model was fitted with another model_training than is asked for now. Run again: npm run stage -- fit',
    );
  }
  const evaluation = await readStageJson(files.evaluationReport, 'evaluate', parseEvaluation);
  const fitted = await readStageJson(files.fitReport, 'fit', parseFitReport);
  requireSameModel(await readStageOutput(files.onnx, 'fit'), [
    { of: judged.metadata, stage: 'evaluate' },
    { of: evaluation, stage: 'evaluate' },
    { of: await readStageJson(files.diagnosticsReport, 'diagnose', parseJudgedModel), stage: 'diagnose' },
  ]);
  const runId = randomUUID().replaceAll('-', '');
  const folder = join(files.modelFolder, 'version');
  await tellingOutputFaults(folder, () => rm(folder, { recursive: true, force: true }));
  await tellingOutputFaults(folder, () => makeFolder(folder));
  try {
    for (const [name, source, stage] of filesOfVersion(files)) {
      await writeWhole(join(folder, name), await readStageOutput(source, stage));
    }
    await writeJson(join(folder, 'params.json'), params);
    const mlflow = mlflowFiles({
      modelId: `m-${randomUUID().replaceAll('-', '')}`,
      runId,
      createdAt: new Date(),
      columns: params.features,
      modelBytes: (await stat(files.onnx)).size,
      python: fitted.python,
      onnx: fitted.libraries['onnx'] ?? '',
      onnxruntime: onnxRuntimeVersion(),
    });
    for (const [name, content] of Object.entries(mlflow)) await writeWhole(join(folder, name), content);
    await tellingOutputFaults(folder, () => writeSums(folder));
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

function filesOfVersion(files: PipelineFiles): readonly (readonly [name: string, source: string, stage: string])[] {
  return [
    ['model.onnx', files.onnx, 'fit'],
    ['features.json', files.encoderState, 'preprocess'],
    ['golden.json', files.golden, 'evaluate'],
    ['metrics.json', files.evaluationReport, 'evaluate'],
    ['diagnostics.json', files.diagnosticsReport, 'diagnose'],
    ['test-orders.arrow', files.judged, 'evaluate'],
  ];
}

/** The release that judged the model, which MLflow then serves it with. */
function onnxRuntimeVersion(): string {
  const manifest: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return manifest.version;
}
