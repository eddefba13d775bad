/** Fits the model in Python and gets back one ONNX graph, with Python's own predictions to judge it by. */
import { access, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import Type from 'typebox';
import { ModelTraining } from '../config/params.js';
import { tellingOutputFaults } from '../data/output-error.js';
import { PipelineError } from './errors.js';
import { type PipelineFiles, writeJson } from './files.js';
import { provenanceOf, requireSameOrigin, withSplit } from './provenance.js';
import { runPython } from './python.js';
import { parserOf } from './shape.js';
import type { PipelineContext, Stage } from './stage.js';
import { StageTable } from './table.js';

/** Seen from `dist/training/`. */
const PROJECT = new URL('../../', import.meta.url);
const PYTHON = fileURLToPath(new URL('.venv/bin/python', PROJECT));
const SCRIPT = fileURLToPath(new URL('training/fit.py', PROJECT));

/** `fit-params.json`. */
const FitParams = Type.Object({
  /** As in the metadata of the tables fitted on. */
  made_from: Type.Record(Type.String(), Type.String()),
  model_training: ModelTraining,
});
type FitParams = Type.Static<typeof FitParams>;
/** Checks what was read from `fit-params.json`. */
export const parseFitParams = parserOf(FitParams);

/** `fit.json`, as far as it is used here. */
export const parseFitReport = parserOf(
  Type.Object({ python: Type.String(), libraries: Type.Record(Type.String(), Type.String()) }),
);

/**
 * Has `fit.py` fit the model on `processed/train.arrow` and predict `processed/test.arrow`; writes `model/model.onnx`
 * (features [rows, columns] → minutes [rows, 1], float32), `predictions.arrow` and `fit.json`. What earlier runs said
 * of another model is removed first. Depends on `model_training`.
 * @throws PipelineError `stage_input_missing`, `stage_input_stale`, `fit_failed`; OutputError
 */
export const fit: Stage = {
  name: 'fit',
  purpose: 'float32 rows → one ONNX graph (Python)',
  async run({ files, params, say }: PipelineContext): Promise<void> {
    const train = await StageTable.read(files.train, 'preprocess');
    const test = await StageTable.read(files.test, 'preprocess');
    requireSameOrigin(params, train, [
      { table: train, stage: 'preprocess' },
      { table: test, stage: 'preprocess' },
    ]);
    // What an earlier fit has left, and what was said of it, must not be taken for this one's.
    const { modelFolder, evaluationReport, diagnosticsReport, plotsFolder } = files;
    for (const path of [modelFolder, evaluationReport, diagnosticsReport, plotsFolder]) {
      await tellingOutputFaults(path, () => rm(path, { recursive: true, force: true }));
    }
    const fitParams: FitParams = {
      made_from: withSplit(provenanceOf(train), params),
      model_training: params.model_training,
    };
    await writeJson(files.fitParams, fitParams);
    const tables = ['--train', files.train, '--test', files.test];
    await runPython(
      PYTHON,
      [SCRIPT, ...tables, '--params', files.fitParams, '--out', files.modelFolder, '--end-with-stdin'],
      say,
    );
    await requireResults(files);
  },
};

/** A Python that ends as if all were well has written all of it. */
async function requireResults({ onnx, predictions, fitReport }: PipelineFiles): Promise<void> {
  for (const file of [onnx, predictions, fitReport]) {
    try {
      await access(file);
    } catch {
      throw new PipelineError('fit_failed', `Fitting ended without a fault, but there is no ${file}. Run it again.`);
    }
  }
}
