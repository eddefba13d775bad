import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { MAX_BODY_BYTES, MAX_BULK_BYTES, MAX_BULK_ROWS, RETRY_AFTER_SECONDS } from '../server/limits.js';
import {
  ANSWER_MAX_BYTES,
  BACKOFF_MS,
  BATCH_MAX_BYTES,
  BATCH_MAX_ROWS,
  CONNECT_MS,
  GATHER_MAX_ROWS,
  GATHER_MAX_WAIT_MS,
  KEEP_ALIVE_LATE_MS,
  KEEP_ALIVE_MS,
  RETRIES,
  TIMEOUT_MS,
} from './limits.js';

/** uWebSockets.js closes after 10 s by a clock that ticks every 4 s: at the third tick. */
const SERVER_IDLE_MS = 8_000;

t.test('an idle connection is closed here before the server may close it', async (t) => {
  t.ok(KEEP_ALIVE_MS + KEEP_ALIVE_LATE_MS < SERVER_IDLE_MS);
});

t.test('a request is no larger than the server takes it, and its answer fits', async (t) => {
  t.equal(BATCH_MAX_ROWS, MAX_BULK_ROWS);
  t.equal(BATCH_MAX_BYTES, MAX_BULK_BYTES);
  t.ok(GATHER_MAX_ROWS * MAX_BODY_BYTES < BATCH_MAX_BYTES, 'also where every order is as long as one may be');
  // A problem names up to all 18 fields, with some 250 characters each.
  t.ok(ANSWER_MAX_BYTES >= BATCH_MAX_ROWS * 18 * 250);
});

t.test('by default a call has the time that the server gives it, and its quick tries fit into it', async (t) => {
  t.equal(TIMEOUT_MS, Number(SETTINGS.REQUEST_TIMEOUT_MS.fallback));
  const pausesMs = Array.from({ length: RETRIES }, (_, tried) => BACKOFF_MS * 2 ** tried);
  t.ok(pausesMs.reduce((sum, pauseMs) => sum + pauseMs, 0) < TIMEOUT_MS / 4);
  t.ok(GATHER_MAX_WAIT_MS < TIMEOUT_MS / 10);
  t.ok(CONNECT_MS >= TIMEOUT_MS, 'the call ends first');
  t.ok(RETRY_AFTER_SECONDS * 1_000 >= TIMEOUT_MS, 'so a refusal is told at once where a call has no more time');
});
