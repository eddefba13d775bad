import t from 'tap';
import * as limits from './limits.js';

t.test('whoever waits for a lock outlasts a dead holder', async (t) => {
  t.ok(limits.LOCK_WAIT_MS > limits.LOCK_STALE_MS + limits.LOCK_HEARTBEAT_MS);
});

t.test('a live holder may miss a few heartbeats', async (t) => {
  t.ok(limits.LOCK_STALE_MS >= 4 * limits.LOCK_HEARTBEAT_MS);
  t.ok(limits.LOCK_HEARTBEAT_MS >= 1_000, 'proper-lockfile raises what is shorter');
  t.ok(limits.LOCK_STALE_MS >= 2_000, 'proper-lockfile raises what is shorter');
});

t.test('nothing is swept away while a process may wait for a lock with it', async (t) => {
  t.ok(limits.ABANDONED_AFTER_MS > 100 * limits.LOCK_WAIT_MS);
});
