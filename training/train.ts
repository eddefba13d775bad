/** `npm run train`: the whole pipeline, from a CSV file to a registered candidate. */
import { isProgram, runProgram, UsageError } from '../config/command.js';
import { type Caller, usageOf } from '../config/command-line.js';
import { TRAIN } from './command-lines.js';
import { createContext, readPipelineArguments } from './context.js';
import { FORESEEN } from './foreseen.js';
import { runStages, STAGES } from './pipeline.js';
import { readRegistered } from './registered.js';
import { reportFile } from './report.js';

/** @throws UsageError, and what the stages throw */
export async function train(args: readonly string[], { started, say }: Caller): Promise<void> {
  const usage = usageOf(TRAIN, started);
  const { names, ...given } = readPipelineArguments(args, usage);
  if (names.length > 0) throw new UsageError(`'${names.join(' ')}' is not understood.\n${usage}`);
  const context = { ...createContext(given), say };
  await runStages(STAGES, context);
  const { version } = await readRegistered(context.files);
  const promote = started.replace('train', 'promote');
  say(`\nThe report, to open in a browser: ${reportFile(context.environment, version)}`);
  say(`To put it into service: ${promote} staging, then ${promote} production`);
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    await train(process.argv.slice(2), { started: 'npm run train --', say: console.log });
    return undefined;
  }, FORESEEN);
}
