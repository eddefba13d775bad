/** `npm run train`: the whole pipeline, from a CSV file to a registered candidate. */
import { isProgram, runProgram, UsageError } from '../config/command.js';
import { createContext, readPipelineArguments } from './context.js';
import { FORESEEN } from './foreseen.js';
import { runStages, STAGES } from './pipeline.js';

const USAGE = 'Usage: npm run train -- --data FILE.csv [--preset NAME] [--params FILE.yaml]';

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { names, ...args } = readPipelineArguments(process.argv.slice(2), USAGE);
    if (names.length > 0) throw new UsageError(`'${names.join(' ')}' is not understood.\n${USAGE}`);
    await runStages(STAGES, createContext(args));
    console.log('\nTo put it into service: npm run promote -- staging, then npm run promote -- production');
    return undefined;
  }, FORESEEN);
}
