/** `food-eta rollback`: `npm run rollback`, with the moves as its result. */
import { rollback } from '../../training/rollback.js';
import type { Context, Outcome } from '../command.js';

export { FORESEEN } from '../../training/foreseen.js';

/**
 * The result has the moves in the order in which they were written.
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], context: Context): Promise<Outcome> {
  return { code: 0, result: { moves: await rollback(args, context) } };
}
