// @ts-check
/** `npm run check`: format and lint, types of the set-up, unused code, and the import rules of docs/architecture.md. */
import { command } from './command.mjs';

const CHECKS = [
  ['biome', 'check', '--error-on-warnings', '.'],
  ['tsc', '-p', 'setup'],
  ['knip'],
  ['depcruise', 'bench', 'config', 'data', 'features', 'registry', 'server', 'testing', 'training', 'workers'],
];

command(async () => {
  const { join } = await import('node:path');
  const { run } = await import('./child.mjs');
  const { Fault } = await import('./faults.mjs');
  const { prepare, ROOT } = await import('./prepare.mjs');
  await prepare();
  const failed = [];
  for (const [tool = '', ...args] of CHECKS) {
    console.log(`\n${tool} ${args.join(' ')}`);
    const program = join(ROOT, 'node_modules/.bin', tool);
    const { code } = await run(process.execPath, [program, ...args], { cwd: ROOT, output: 'inherit' });
    if (code !== 0) failed.push(tool);
  }
  if (failed.length > 0) throw new Fault(`Failed: ${failed.join(', ')}.`);
});
