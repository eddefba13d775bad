/** Fits the model in Python and gets back one ONNX graph, with Python's own predictions to judge it by. */
import { spawn } from 'node:child_process';
import { access, mkdir, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ModelTraining } from '../config/params.js';
import { PipelineError } from './errors.js';
import { writeJson } from './files.js';
import { provenanceOf, requireSameOrigin, withSplit } from './provenance.js';
import type { PipelineContext, Stage } from './stage.js';
import { type Metadata, StageTable } from './table.js';

/** Seen from `dist/training/`. */
const PROJECT = new URL('../../', import.meta.url);
const PYTHON = fileURLToPath(new URL('.venv/bin/python', PROJECT));
const SCRIPT = fileURLToPath(new URL('training/fit.py', PROJECT));

/** `fit-params.json`. */
export interface FitParams {
  /** As in the metadata of the tables fitted on. */
  readonly made_from: Metadata;
  readonly model_training: ModelTraining;
}

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
    await rm(files.modelFolder, { recursive: true, force: true });
    await rm(files.evaluationReport, { force: true });
    await rm(files.diagnosticsReport, { force: true });
    await mkdir(files.modelFolder, { recursive: true });
    const fitParams: FitParams = {
      made_from: withSplit(provenanceOf(train), params),
      model_training: params.model_training,
    };
    await writeJson(files.fitParams, fitParams);
    await runPython(
      [SCRIPT, '--train', files.train, '--test', files.test, '--params', files.fitParams, '--out', files.modelFolder],
      say,
    );
  },
};

async function runPython(args: readonly string[], say: (line: string) => void): Promise<void> {
  try {
    await access(PYTHON);
  } catch {
    throw new PipelineError('fit_failed', `There is no Python environment at ${PYTHON}. Make it with: npm run setup`);
  }
  const child = spawn(PYTHON, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const complaints: string[] = [];
  createInterface(child.stdout).on('line', say);
  createInterface(child.stderr).on('line', (line) => complaints.push(line));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  if (code === 0) return;
  const end = signal === null ? `exit code ${code}` : `signal ${signal}`;
  throw new PipelineError('fit_failed', `Fitting ended with ${end}: ${complaints.slice(-20).join('\n')}`);
}
