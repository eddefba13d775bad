/** The pipeline: its stages in their order, run one after the other. */
import { UsageError } from '../config/command.js';
import { clean } from './clean.js';
import { diagnose } from './diagnose.js';
import { evaluate } from './evaluate.js';
import { featurize } from './featurize.js';
import { fit } from './fit.js';
import { withPipelineLock } from './pipeline-lock.js';
import { preprocess } from './preprocess.js';
import { register } from './register.js';
import { report } from './report.js';
import { split } from './split.js';
import type { PipelineContext, Stage } from './stage.js';

/** The stages, each of which reads what those before it have written. */
export const STAGES: readonly Stage[] = [
  clean,
  featurize,
  split,
  preprocess,
  fit,
  evaluate,
  diagnose,
  register,
  report,
];

/** @throws UsageError naming the stages there are. */
export function stageNamed(name: string): Stage {
  const stage = STAGES.find((candidate) => candidate.name === name);
  if (stage !== undefined) return stage;
  const names = STAGES.map((candidate) => candidate.name).join(', ');
  throw new UsageError(`There is no stage '${name}'. The stages are, in this order: ${names}.`);
}

/**
 * Runs the stages, saying which is at work and how long it took.
 * @throws PipelineError `pipeline_busy` where another process works in the same data folder; what the stages throw
 */
export async function runStages(stages: readonly Stage[], context: PipelineContext): Promise<void> {
  await withPipelineLock(context.environment.DATA_DIR, async (lock) => {
    for (const stage of stages) {
      await lock.assertHeld();
      const startMs = performance.now();
      const say = (line: string): void => context.say(`${stage.name.padEnd(11)} ${line}`);
      await stage.run({ ...context, say });
      say(`done in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
    }
  });
}
