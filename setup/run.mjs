// @ts-check
/** Runs a built program, `node setup/run.mjs dist/training/train.js ARGS`, after setting up what it needs. */
import { command } from './command.mjs';

command(async ([file, ...args]) => {
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { pathToFileURL } = await import('node:url');
  const { Fault } = await import('./faults.mjs');
  const { prepare, ROOT } = await import('./prepare.mjs');
  await prepare();
  const program = join(ROOT, file || '');
  if (!existsSync(program) || program === ROOT) throw new Fault(`There is no program '${file || ''}' to run.`);
  // In this process, so that signals and exit codes are the program's own.
  process.argv.splice(1, Infinity, program, ...args);
  await import(pathToFileURL(program).href);
});
