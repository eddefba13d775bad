/** `food-eta train`: `npm run train`, and which version came of it. */
import { readEnvironment } from '../../config/environment.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { CANDIDATE } from '../../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { train } from '../../training/train.js';
import type { Context, Outcome } from '../command.js';
import { summaryOf } from '../version-summary.js';

export { FORESEEN } from '../../training/foreseen.js';

/**
 * The result, for `--json` only, is the version that the alias `candidate` then points to.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], context: Context): Promise<Outcome> {
  await train(args, context);
  if (!context.json) return { code: 0, result: undefined };
  const registry = await openRegistry(registryOptions(readEnvironment()));
  const candidate = await registry.getModelVersionByAlias(MODEL_NAME, CANDIDATE);
  return { code: 0, result: candidate === undefined ? null : summaryOf(candidate) };
}
