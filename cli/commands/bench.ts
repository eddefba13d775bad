/** `food-eta bench`: `npm run bench`, with its report as the result. */
import { benchByArguments } from '../../bench/main.js';
import type { Context, Outcome } from '../command.js';

export { FORESEEN } from '../../bench/main.js';

/**
 * Code 1 where a limit of `--gate` is not held, or a peer could not be measured.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], context: Context): Promise<Outcome> {
  const { code, report } = await benchByArguments(args, context);
  return { code, result: report };
}
