import { readFile } from 'node:fs/promises';
import t from 'tap';
import { clientTypes } from '../testing/client-types.js';

t.test('the types are those of the API as it is; else `npm run generate-client`, and commit them', async (t) => {
  const committed = await readFile(new URL('../../client/openapi.ts', import.meta.url), 'utf8');
  t.equal(committed, await clientTypes());
});
