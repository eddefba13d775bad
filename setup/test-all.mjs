// @ts-check
/**
 * `node setup/test-all.mjs [--coverage]`: `npm test`, with what it is given, and `npm run test:deploy` after it, also where
 * the first has failed. It closes with the counts of both in one line, and with exit code 1 where either has failed.
 */
import { command } from './command.mjs';

command(async (args) => {
  const { run } = await import('./child.mjs');
  const { sumOf } = await import('./closing-line.mjs');
  const { ROOT } = await import('./prepare.mjs');
  /** @type {import('./closing-line.mjs').Run[]} */
  const runs = [];
  for (const [name, ...program] of [
    ['npm test', 'setup/test.mjs', ...args],
    ['npm run test:deploy', 'setup/test-deploy.mjs'],
  ]) {
    console.log(`== ${name}`);
    let lastLine = '';
    /** @param {string} line */
    const onLine = (line) => {
      console.log(line);
      if (line.trim() !== '') lastLine = line;
    };
    const { code } = await run(process.execPath, program, { cwd: ROOT, onLine });
    runs.push({ name: name || '', lastLine, code });
  }
  const { line, failed, complaints } = sumOf(runs);
  for (const complaint of complaints) console.log(`\n${complaint}`);
  console.log(`\n== both\n${line}`);
  process.exitCode = failed === 0 ? 0 : 1;
});
