// @ts-check
/** `npm run docs`: pages of all that the rooms export, from their doc comments, into `reports/api/`. */
import { command } from './command.mjs';

command(async () => {
  const { run } = await import('./child.mjs');
  const { Fault } = await import('./faults.mjs');
  const { prepare, ROOT, STEPS } = await import('./prepare.mjs');
  await prepare([STEPS.packages]);
  const { code } = await run(process.execPath, ['node_modules/.bin/typedoc'], { cwd: ROOT, output: 'inherit' });
  if (code !== 0) throw new Fault('The pages were not made, see the lines above.');
  console.log('Open reports/api/index.html');
});
