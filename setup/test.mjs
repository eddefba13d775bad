// @ts-check
/**
 * `npm test`: sets up what is missing, runs all tests with tap and closes with `N passed, N failed[, N skipped]`.
 * With `--coverage`, before that line: which lines the tests run, room by room, and a failure where it is too few.
 */
import { command } from './command.mjs';

command(async (args) => {
  const { prepare, STEPS } = await import('./prepare.mjs');
  const { mlflow, triton } = await import('./python.mjs');
  const { runTests } = await import('./tap-runner.mjs');
  const { withCoverage } = await import('./coverage.mjs');
  const tests = args.filter((arg) => arg !== '--coverage');
  await prepare([...Object.values(STEPS), mlflow, triton]);
  const run = () => runTests(tests);
  const isMeasured = tests.length < args.length;
  const { summary, table } = isMeasured
    ? await withCoverage(run, { isWhole: tests.length === 0 })
    : { summary: await run(), table: '' };
  // What a filter on the command line left out was left out on purpose.
  const skipped = summary.skipped.filter(({ reason }) => !reason.startsWith('filter'));
  if (isMeasured) console.log(table);
  list('Skipped', skipped);
  list('Failed', summary.failed);
  console.log(`\n${summary}`);
  process.exitCode = summary.failed.length === 0 ? 0 : 1;
});

/**
 * @param {string} heading
 * @param {import('./tap-summary.mjs').Finding[]} findings
 */
function list(heading, findings) {
  if (findings.length > 0) console.log(`\n${heading}:`);
  for (const { name, reason } of findings) console.log(`  ${name}${reason && `: ${reason}`}`);
}
