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

t.test('a batch for MLflow that is full of parameters and tags still has room for metrics', async (t) => {
  t.ok(limits.BATCH_MAX_PARAMS + limits.BATCH_MAX_TAGS < limits.BATCH_MAX_ITEMS);
});

t.test('a server that hangs is given up within two minutes, its connections sooner than its answers', async (t) => {
  const pausesMs = limits.MLFLOW_RETRY_MS * 1.5 * (2 ** (limits.MLFLOW_ATTEMPTS - 1) - 1);
  t.ok(limits.MLFLOW_ATTEMPTS * limits.MLFLOW_CALL_MS + pausesMs < 120_000);
  t.ok(limits.MLFLOW_CONNECT_MS < limits.MLFLOW_CALL_MS && limits.MLFLOW_STALL_MS < limits.MLFLOW_TRANSFER_MS);
  t.ok(limits.MLFLOW_TRANSFERS <= limits.MLFLOW_CONNECTIONS);
});
