/** The image and its way to an instance, by Docker daemons of this test's own. One program, which builds it once. */
import t from 'tap';
import { withoutDocker } from './machine.js';

const missing = withoutDocker();
if (missing !== undefined) {
  t.plan(0, missing);
  process.exit();
}

/** From nothing: the base, the packages, Python, a model. */
const TIMEOUT_MS = 30 * 60_000;
t.setTimeout(TIMEOUT_MS);
// This is how the runner is told.
t.comment(`timeout=${TIMEOUT_MS}`);

// First what makes an instance before its first test.
await import('./parts/deployment.js');
await import('./parts/image.js');
