/** `npm run generate-client`: writes the types of the client from the schemas of the server. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../config/command.js';
import { clientTypes } from './client-types.js';

/** As seen from dist/testing/. */
const TYPES = fileURLToPath(new URL('../../client/openapi.ts', import.meta.url));

await runProgram(async () => {
  await writeFile(TYPES, await clientTypes());
  return 0;
}, []);
