/** What is known of a version from its own files, and of nothing else: the same whenever it is asked. */
import { join } from 'node:path';
import Type from 'typebox';
import { ModelTraining } from '../../config/params.js';
import { CleaningReport } from '../clean.js';
import { DiagnosticsReport } from '../diagnose.js';
import { EvaluationReport } from '../evaluate.js';
import { readStageJson } from '../files.js';
import { parserOf } from '../shape.js';
import { StageTable } from '../table.js';
import { type TestRows, testRowsOf } from './test-rows.js';

/** `params.json`, as far as it is told here. */
const VersionParams = Type.Object({
  features: Type.Array(Type.String()),
  data_splitting: Type.Object({ test_size: Type.Number(), random_state: Type.Number() }),
  model_training: ModelTraining,
});

/** What the files of a version say, read and checked. */
export interface TrainedModel {
  /** The name of the registered model. */
  readonly name: string;
  /** Of this project, as `git.ts` gives it. */
  readonly commit: string;
  readonly params: Type.Static<typeof VersionParams>;
  readonly evaluation: EvaluationReport;
  readonly diagnostics: DiagnosticsReport;
  readonly cleaning: CleaningReport;
  readonly test: TestRows;
}

const parseParams = parserOf(VersionParams);
const parseEvaluation = parserOf(EvaluationReport);
const parseDiagnostics = parserOf(DiagnosticsReport);
const parseCleaning = parserOf(CleaningReport);

/**
 * @param folder with a version's files, as `register` puts them together
 * @throws PipelineError `stage_input_missing` or `data_invalid`, as for a version that was registered by an older release
 */
export async function readTrainedModel(folder: string, name: string, commit: string): Promise<TrainedModel> {
  const file = (base: string): string => join(folder, base);
  return {
    name,
    commit,
    params: await readStageJson(file('params.json'), 'register', parseParams),
    evaluation: await readStageJson(file('metrics.json'), 'register', parseEvaluation),
    diagnostics: await readStageJson(file('diagnostics.json'), 'register', parseDiagnostics),
    cleaning: await readStageJson(file('cleaning.json'), 'register', parseCleaning),
    test: testRowsOf(await StageTable.read(file('test-orders.arrow'), 'register')),
  };
}
