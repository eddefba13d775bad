// @ts-check
/** `npm run test:api`: sets up what is missing, schemathesis included, and has it judge the API against its document. */
import { command } from './command.mjs';

command(async () => {
  const { prepare, STEPS } = await import('./prepare.mjs');
  const { schemathesis } = await import('./python.mjs');
  const { Fault } = await import('./faults.mjs');
  await prepare([...Object.values(STEPS), schemathesis]);
  /** @type {typeof import('../testing/schemathesis/judge.js')} */
  const { judgeApi } = await import(new URL('../dist/testing/schemathesis/judge.js', import.meta.url).href);
  const complaints = await judgeApi();
  if (complaints.length > 0) throw new Fault(`The API is not what its document says: ${complaints.join('; ')}.`);
});
