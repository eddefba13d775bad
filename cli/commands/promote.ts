/** `food-eta promote`: `npm run promote`, with the gates and the comparison as its result. */
import { promoteByArguments } from '../../training/promote.js';
import type { Context, Outcome } from '../command.js';

export { FORESEEN } from '../../training/foreseen.js';

/**
 * Code 1 where a gate failed, and so nothing was moved.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], context: Context): Promise<Outcome> {
  const { version, passed, gates, comparison } = await promoteByArguments(args, context);
  const result = { version: version.version, passed, gates, comparison: comparison ?? null };
  return { code: passed ? 0 : 1, result };
}
