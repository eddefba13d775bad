/** `npm run rollback`: what was served before is served again, and the other way round. */
import { isProgram, parseArguments, runProgram } from '../config/command.js';
import { type Caller, usageOf } from '../config/command-line.js';
import { readEnvironment } from '../config/environment.js';
import { MODEL_NAME } from '../config/model-name.js';
import { rollbackMoves } from '../registry/alias-moves.js';
import type { AliasMove } from '../registry/model-registry.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { moveWithTrail } from './audit-trail.js';
import { ROLLBACK } from './command-lines.js';
import { FORESEEN } from './foreseen.js';

/**
 * @returns the moves that were written
 * @throws UsageError, RegistryError
 */
export async function rollback(args: readonly string[], { started, say }: Caller): Promise<readonly AliasMove[]> {
  parseArguments({ args: [...args], options: ROLLBACK.options }, usageOf(ROLLBACK, started));
  const registry = await openRegistry(registryOptions(readEnvironment()));
  const moves = await moveWithTrail(registry, MODEL_NAME, { action: 'rollback' }, rollbackMoves);
  for (const { alias, version } of moves) say(`${alias} is now version ${version}`);
  return moves;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    await rollback(process.argv.slice(2), { started: 'npm run rollback --', say: console.log });
    return undefined;
  }, FORESEEN);
}
