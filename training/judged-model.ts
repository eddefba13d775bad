/** Which model a report or a table speaks of, so that none is registered with what was said of another. */
import { createHash } from 'node:crypto';
import Type from 'typebox';
import { PipelineError } from './errors.js';

/** Of which model something is said. */
export const JudgedModel = Type.Object({
  /** SHA-256 of the ONNX graph, hex. */
  model_sha256: Type.String(),
});
export type JudgedModel = Type.Static<typeof JudgedModel>;

/** The mark of the model whose graph has these bytes. */
export function judgedBy(onnx: Uint8Array): JudgedModel {
  return { model_sha256: createHash('sha256').update(onnx).digest('hex') };
}

/**
 * Refuses what speaks of another model than `onnx`.
 * @param statements each with the stage that makes it
 * @throws PipelineError `stage_input_stale`, naming the stage to run again.
 */
export function requireSameModel(
  onnx: Uint8Array,
  statements: readonly { readonly of: Partial<JudgedModel>; readonly stage: string }[],
): void {
  const { model_sha256 } = judgedBy(onnx);
  const stale = statements.find(({ of }) => of.model_sha256 !== model_sha256);
  if (stale === undefined) return;
  throw new PipelineError(
    'stage_input_stale',
    `The output of '${stale.stage}' speaks of another model than the one fitted last. ` +
      `Run again: npm run stage -- ${stale.stage}`,
  );
}
