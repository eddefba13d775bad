import { fileURLToPath } from 'node:url';
import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { readParams } from '../config/params.js';
import {
  EVALUATION_BATCH_TIMEOUT_MS,
  HEADER_BYTES,
  PIPELINE_LOCK_RENEW_MS,
  PIPELINE_LOCK_STALE_MS,
  READ_CHUNK_BYTES,
} from './limits.js';

const requestTimeoutMs = SETTINGS.REQUEST_TIMEOUT_MS.fallback;

t.test('no model is judged in less time than it has when it serves', async (t) => {
  t.ok(EVALUATION_BATCH_TIMEOUT_MS >= 10 * requestTimeoutMs);
});

t.test('a version whose requests would time out passes no gate', async (t) => {
  const { promotion_policy } = readParams(fileURLToPath(new URL('../../params.yaml', import.meta.url)));
  for (const { diagnostics } of Object.values(promotion_policy)) {
    t.ok(diagnostics.max_avg_latency_ms <= requestTimeoutMs / 10);
    t.ok(diagnostics.max_avg_latency_ms <= diagnostics.max_p99_latency_ms);
    t.ok(diagnostics.max_p99_latency_ms <= requestTimeoutMs / 2);
  }
});

t.test('the first bytes that are read of a raw file hold its header', async (t) => {
  t.ok(READ_CHUNK_BYTES >= HEADER_BYTES);
});

t.test('a holder of the lock that misses some renewals still holds it', async (t) => {
  t.ok(PIPELINE_LOCK_STALE_MS >= 10 * PIPELINE_LOCK_RENEW_MS);
});
