// @ts-check
/**
 * `npm run test:deploy`: sets up what is missing, has Docker build the image and run it, and closes with
 * `N passed, N failed[, N skipped]`. Where root or Docker is missing, that is said, and counts as skipped.
 */
import { command } from './command.mjs';

command(async () => {
  const { prepare, ROOT, STEPS } = await import('./prepare.mjs');
  const { aws, mlflow } = await import('./python.mjs');
  const { report, runFiles } = await import('./tap-runner.mjs');
  const { deploymentTestFiles } = await import('./test-arguments.mjs');
  const { packages, serverBinary, build } = STEPS;
  await prepare([packages, serverBinary, build, mlflow, aws]);
  report(await runFiles(deploymentTestFiles(ROOT), process.env));
});
