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
  SHOWN_ORDERED_VALUES_MAX,
  SHOWN_VALUES_MAX,
  TOLD_VALUES_MAX,
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

t.test('a table tells at least what the plot above it shows', async (t) => {
  t.ok(TOLD_VALUES_MAX >= Math.max(SHOWN_VALUES_MAX, SHOWN_ORDERED_VALUES_MAX));
  t.ok(SHOWN_ORDERED_VALUES_MAX >= 25, 'hours, and the orders without one');
});

t.test('the first bytes that are read of a raw file hold its header', async (t) => {
  t.ok(READ_CHUNK_BYTES >= HEADER_BYTES);
});

t.test('a holder of the lock that misses some renewals still holds it', async (t) => {
  t.ok(PIPELINE_LOCK_STALE_MS >= 10 * PIPELINE_LOCK_RENEW_MS);
});
