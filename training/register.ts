/** Puts together what a version consists of, and registers it as the newest candidate. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { MODEL_NAME } from '../config/model-name.js';
import { writeWhole } from '../data/whole-file.js';
import { CANDIDATE } from '../registry/alias-moves.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { CleaningReport } from './clean.js';
import { DiagnosticsReport } from './diagnose.js';
import { PipelineError } from './errors.js';
import { EvaluationReport } from './evaluate.js';
import { type PipelineFiles, readStageJson, readStageOutput, writeJson } from './files.js';
import { parseFitParams, parseFitReport } from './fit.js';
import { gitCommit } from './git.js';
import { requireSameModel } from './judged-model.js';
import { requireSameOrigin } from './provenance.js';
import { publish } from './publish.js';
import { writeRegistered } from './registered.js';
import { MODEL_CARD_FILE, modelCard, modelCardMarkdown } from './report/model-card.js';
import { readTrainedModel } from './report/trained-model.js';
import { describeRun } from './run-description.js';
import { parserOf } from './shape.js';
import type { PipelineContext, Stage } from './stage.js';
import { StageTable } from './table.js';

const parseCleaning = parserOf(CleaningReport);
const parseEvaluation = parserOf(EvaluationReport);
const parseDiagnostics = parserOf(DiagnosticsReport);

/**
 * Reads all that the run has left; makes a version of it in the registry of the environment and points `candidate` to
 * it.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, `data_invalid`; RegistryError; OutputError
 */
export const register: Stage = {
  name: 'register',
  purpose: `a new version of ${MODEL_NAME}, alias '${CANDIDATE}'`,
  async run(context: PipelineContext): Promise<void> {
    const version = await registerVersion(context);
    context.say(`${version.name} version ${version.version}, alias '${CANDIDATE}'`);
  },
};

/** @throws PipelineError `stage_input_missing` or `stage_input_stale`; RegistryError */
export async function registerVersion(context: PipelineContext): Promise<ModelVersion> {
  const { files, params, environment, startedAt } = context;
  const evaluation = await readOfOneRun(context);
  const fitted = await readStageJson(files.fitReport, 'fit', parseFitReport);
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
  const reports = [files.cleaningReport, files.evaluationReport, files.diagnosticsReport];
  const registry = await openRegistry(registryOptions(environment));
  const version = await publish(registry, MODEL_NAME, join(files.modelFolder, 'version'), {
    run: { ...describeRun(params, evaluation), tags, reports, startedAt },
    columns: params.features,
    python: fitted.python,
    onnx: fitted.libraries['onnx'] ?? '',
    async fill(folder) {
      for (const [name, source, stage] of filesOfVersion(files)) {
        await writeWhole(join(folder, name), await readStageOutput(source, stage));
      }
      await writeJson(join(folder, 'params.json'), params);
      const model = await readTrainedModel(folder, MODEL_NAME, tags.git_commit);
      await writeWhole(join(folder, MODEL_CARD_FILE), modelCardMarkdown(modelCard(model)));
    },
  });
  await writeRegistered(files, version);
  return version;
}

/** The evaluation, once it is sure that all that is registered with it is of the same data, parameters and model. */
async function readOfOneRun({ files, params }: PipelineContext): Promise<EvaluationReport> {
  const judged = await StageTable.read(files.judged, 'evaluate');
  const { data, data_file, data_sha256 } = await readStageJson(files.cleaningReport, 'clean', parseCleaning);
  const { made_from, model_training } = await readStageJson(files.fitParams, 'fit', parseFitParams);
  requireSameOrigin(params, { metadata: { data, data_file, data_sha256 } }, [
    { table: await StageTable.read(files.test, 'preprocess'), stage: 'preprocess' },
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
  requireSameModel(await readStageOutput(files.onnx, 'fit'), [
    { of: judged.metadata, stage: 'evaluate' },
    { of: evaluation, stage: 'evaluate' },
    { of: await readStageJson(files.diagnosticsReport, 'diagnose', parseDiagnostics), stage: 'diagnose' },
  ]);
  return evaluation;
}

function filesOfVersion(files: PipelineFiles): readonly (readonly [name: string, source: string, stage: string])[] {
  return [
    ['model.onnx', files.onnx, 'fit'],
    ['features.json', files.encoderState, 'preprocess'],
    ['golden.json', files.golden, 'evaluate'],
    ['metrics.json', files.evaluationReport, 'evaluate'],
    ['diagnostics.json', files.diagnosticsReport, 'diagnose'],
    ['cleaning.json', files.cleaningReport, 'clean'],
    ['test-orders.arrow', files.judged, 'evaluate'],
  ];
}
