// @ts-check
/**
 * `npm test`: sets up what is missing, runs all tests with tap, or those that are named, and closes with `N passed, N failed[, N skipped]`.
 * With `--coverage`, before that line: which lines the tests run, room by room, and a failure where it is too few.
 */
import { command } from './command.mjs';

command(async (args) => {
  const { prepare, STEPS } = await import('./prepare.mjs');
  const { cfnLint, dvc, httpx, linters, mlflow, triton } = await import('./python.mjs');
  const { report, runTests } = await import('./tap-runner.mjs');
  const { withCoverage } = await import('./coverage.mjs');
  const { testArguments } = await import('./test-arguments.mjs');
  const tests = testArguments(args);
  await prepare([...Object.values(STEPS), mlflow, triton, httpx, cfnLint, dvc, linters]);
  const run = () => runTests(tests);
  const isWhole = tests.files.length === 0 && Object.keys(tests.filter).length === 0;
  const { summary, table } = tests.coverage
    ? await withCoverage(run, { isWhole })
    : { summary: await run(), table: '' };
  if (tests.coverage) console.log(table);
  report(summary);
});
