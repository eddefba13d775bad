// @ts-check
/** `npm test`: sets up what is missing, runs all tests with tap and closes with `N passed, N failed[, N skipped]`. */
import { command } from './command.mjs';

command(async (args) => {
  const { prepare } = await import('./prepare.mjs');
  const { runTests } = await import('./tap-runner.mjs');
  await prepare();
  const summary = await runTests(args);
  // What a filter on the command line left out was left out on purpose.
  const skipped = summary.skipped.filter(({ reason }) => !reason.startsWith('filter'));
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
