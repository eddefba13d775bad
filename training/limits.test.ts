import { fileURLToPath } from 'node:url';
import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { readParams } from '../config/params.js';
import { EVALUATION_BATCH_TIMEOUT_MS } from './limits.js';

const requestTimeoutMs = SETTINGS.REQUEST_TIMEOUT_MS.fallback;

t.test('no model is judged in less time than it has when it serves', async (t) => {
  t.ok(EVALUATION_BATCH_TIMEOUT_MS >= 10 * requestTimeoutMs);
});

t.test('a version whose requests would time out passes no gate', async (t) => {
  const { promotion_policy } = readParams(fileURLToPath(new URL('../../params.yaml', import.meta.url)));
  for (const { diagnostics } of Object.values(promotion_policy)) {
    t.ok(diagnostics.max_avg_latency_ms <= requestTimeoutMs / 10);
  }
});
