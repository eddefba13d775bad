// @ts-check
/** `npm run check`: everything that can be told of the sources without running them. `npm run check -- NAME …`: some of it. */
import { command } from './command.mjs';

command(async (args) => {
  const { Fault } = await import('./faults.mjs');
  const { CHECKS } = await import('./checks.mjs');
  const { prepare, ROOT, STEPS } = await import('./prepare.mjs');
  const { ruff } = await import('./ruff.mjs');
  const { run } = await import('./child.mjs');
  const unknown = args.filter((name) => !CHECKS.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw new Fault(
      `There is no check '${unknown.join("', '")}'; there are: ${CHECKS.map(({ name }) => name).join(', ')}.`,
    );
  }
  const chosen = CHECKS.filter(({ name }) => args.length === 0 || args.includes(name));
  await prepare([STEPS.packages, STEPS.python, ruff]);
  /** @type {import('./checks.mjs').Check[]} */
  const failed = [];
  for (const check of chosen) {
    const [program = '', ...options] = check.command;
    console.log(`\n== ${check.name}: ${check.asks}?`);
    // Of these programs ruff alone is none of Node's.
    const [file, before] = program.startsWith('.venv/') ? [program, []] : [process.execPath, [program]];
    const { code } = await run(file, [...before, ...options], { cwd: ROOT, output: 'inherit' });
    if (code !== 0) failed.push(check);
  }
  console.log(`\n${chosen.length - failed.length} of ${chosen.length} checks passed`);
  if (failed.length === 0) return;
  const lines = failed.map(({ name, remedy }) => `  ${name}: ${remedy}`);
  throw new Fault(`Failed:\n${lines.join('\n')}`);
});
