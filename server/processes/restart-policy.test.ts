import t from 'tap';
import { PROCESS_LONGEST_PAUSE_MS, PROCESS_PAUSE_MS, PROCESS_STEADY_MS } from '../limits.js';
import { RestartPolicy } from './restart-policy.js';

t.test('a process that ends is replaced at once, one that ends again and again ever more seldom', async (t) => {
  const policy = new RestartPolicy();
  const pauses = Array.from({ length: 12 }, () => policy.pauseAfter(PROCESS_STEADY_MS - 1));
  t.strictSame(pauses.slice(0, 4), [0, PROCESS_PAUSE_MS, 2 * PROCESS_PAUSE_MS, 4 * PROCESS_PAUSE_MS]);
  t.equal(pauses.at(-1), PROCESS_LONGEST_PAUSE_MS);
});

t.test('one that had served for a while is replaced at once, whatever was before', async (t) => {
  const policy = new RestartPolicy();
  for (let failed = 0; failed < 5; failed++) policy.pauseAfter(0);
  t.strictSame([policy.pauseAfter(PROCESS_STEADY_MS), policy.pauseAfter(0)], [0, 0]);
});

t.test('a crash loop leaves the processor to the others', async (t) => {
  t.ok(PROCESS_LONGEST_PAUSE_MS >= PROCESS_STEADY_MS, 'and does not count as steady for its pauses');
});
