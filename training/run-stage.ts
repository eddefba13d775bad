/** `npm run stage -- NAME`: one stage of the pipeline, on what the stages before it have left. */
import { isProgram, runProgram, UsageError } from '../config/command.js';
import { createContext, readPipelineArguments } from './context.js';
import { FORESEEN } from './foreseen.js';
import { runStages, STAGES, stageNamed } from './pipeline.js';

const USAGE = [
  'Usage: npm run stage -- NAME [--data FILE.csv] [--preset NAME] [--params FILE.yaml]',
  'The stages, in their order:',
  ...STAGES.map(({ name, purpose }) => `  ${name.padEnd(11)} ${purpose}`),
].join('\n');

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { names, ...args } = readPipelineArguments(process.argv.slice(2), USAGE);
    const [name, ...more] = names;
    if (name === undefined || more.length > 0) throw new UsageError(USAGE);
    await runStages([stageNamed(name)], createContext(args));
    return undefined;
  }, FORESEEN);
}
