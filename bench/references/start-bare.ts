/** Starts the bare reference. */
import { fileURLToPath } from 'node:url';
import { type Program, startProgram } from '../processes/program.js';

/** @param version of the model whose answers it imitates */
export function startBare(version: number): Promise<Program> {
  return startProgram({
    name: 'The bare reference',
    command: process.execPath,
    args: [fileURLToPath(new URL('bare.js', import.meta.url)), String(version)],
    urlIn(line) {
      const port = /^\{"msg":"listening","port":(\d+)\}$/.exec(line)?.[1];
      return port === undefined ? undefined : `http://127.0.0.1:${port}`;
    },
  });
}
