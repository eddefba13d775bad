/** Which version the model in the pipeline's folder has become, so that the stages after `register` know it. */
import Type from 'typebox';
import type { ModelVersion } from '../registry/model-registry.js';
import { type PipelineFiles, readStageJson, writeJson } from './files.js';
import { parserOf } from './shape.js';

/** `registered.json`. */
const Registered = Type.Object({ name: Type.String(), version: Type.Integer({ minimum: 1 }) });
type Registered = Type.Static<typeof Registered>;

const parse = parserOf(Registered);

/**
 * Says which version the model has become.
 * @throws OutputError
 */
export async function writeRegistered({ registered }: PipelineFiles, { name, version }: ModelVersion): Promise<void> {
  await writeJson(registered, { name, version } satisfies Registered);
}

/** @throws PipelineError `stage_input_missing` or `data_invalid` */
export function readRegistered({ registered }: PipelineFiles): Promise<Registered> {
  return readStageJson(registered, 'register', parse);
}
