// @ts-check
/**
 * The frame of every command here: refuses an unsupported Node and tells a foreseeable fault in a sentence.
 * This file, `node-version.mjs` and the commands are written so that Node 12 can read them (no `??`, no top-level
 * await, no `node:`), or an old Node would answer with a syntax error; all else is imported only after the check.
 */
import { unsupportedNode } from './node-version.mjs';

/** @param {(args: string[]) => Promise<void>} main given the arguments of the command line */
export function command(main) {
  const problem = unsupportedNode(process.version);
  if (problem !== '') {
    console.error(problem);
    process.exit(1);
  }
  import('./faults.mjs').then(({ tellAndExit }) => main(process.argv.slice(2)).catch(tellAndExit));
}
