/** `npm run rollback`: what was served before is served again, and the other way round. */
import { isProgram, parseArguments, runProgram } from '../config/command.js';
import { readEnvironment } from '../config/environment.js';
import { MODEL_NAME } from '../config/model-name.js';
import { rollbackMoves } from '../registry/alias-moves.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { moveWithTrail } from './audit-trail.js';
import { FORESEEN } from './foreseen.js';

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    parseArguments({ options: {} }, 'Usage: npm run rollback');
    const environment = readEnvironment();
    const registry = await openRegistry(registryOptions(environment));
    const moves = await moveWithTrail(registry, MODEL_NAME, { action: 'rollback' }, rollbackMoves);
    for (const { alias, version } of moves) console.log(`${alias} is now version ${version}`);
    return undefined;
  }, FORESEEN);
}
