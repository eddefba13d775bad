import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { ORDER_FIELDS } from '../features/order.js';
import { BATCHES_IN_HAND, MAX_BATCH_ROWS } from '../workers/limits.js';
import {
  BULK_PARSED_AT_ONCE_BYTES,
  BULK_PIECE_ROWS,
  BULK_SCAN_BYTES,
  BULK_TURN_MS,
  CHECKS_PER_TIMEOUT,
  MAX_BODY_BYTES,
  MAX_BULK_BYTES,
  MAX_BULK_BYTES_HELD,
  MAX_BULK_ROWS,
  RETRY_AFTER_SECONDS,
  SPARE_SLOTS,
} from './limits.js';
import { EXAMPLE_ORDER } from './openapi/example-order.js';

const requestTimeoutMs = SETTINGS.REQUEST_TIMEOUT_MS.fallback;
/** Far below what a worker was seen to do on two shared cores, the front end among them: more than 60. */
const ROWS_PER_MS_AT_LEAST = 4;

t.test(
  'a stopping server waits long enough for every request that is in flight to be answered or time out',
  async (t) => {
    const latestAnswerMs = requestTimeoutMs * (1 + 1 / CHECKS_PER_TIMEOUT);
    t.ok(SETTINGS.DRAIN_TIMEOUT_MS.fallback >= 2 * latestAnswerMs);
  },
);

t.test('a body has room for all fields with long words, each character of them escaped', async (t) => {
  const escaped = '\\u0020';
  const order = Object.fromEntries(ORDER_FIELDS.map((field) => [field, 'x'.repeat(64)]));
  const bytes = JSON.stringify(order, null, 2).replaceAll(/x/g, escaped).length;
  t.ok(MAX_BODY_BYTES >= 2 * bytes, `${bytes} bytes`);
});

t.test('a full queue is answered well before its last request times out, by a single worker', async (t) => {
  const rows = (SPARE_SLOTS + BATCHES_IN_HAND) * MAX_BATCH_ROWS;
  t.ok(rows / ROWS_PER_MS_AT_LEAST <= requestTimeoutMs * 0.75, `${rows} rows`);
});

t.test('batches can fill and wait while every worker has its hands full', async (t) => {
  t.ok(SPARE_SLOTS >= 2, 'one fills, one waits');
});

t.test('who was refused comes back when all that was before it has been answered or has timed out', async (t) => {
  t.ok(RETRY_AFTER_SECONDS * 1_000 >= requestTimeoutMs);
});

t.test('an overdue request is told so soon after its time, by looking seldom', async (t) => {
  t.ok(CHECKS_PER_TIMEOUT >= 10, 'at most a tenth of the time late');
  t.ok(requestTimeoutMs / CHECKS_PER_TIMEOUT >= 10, 'milliseconds between two looks');
});

t.test('an order has 1 KiB of a batch and may have more, though never as much as the whole', async (t) => {
  t.equal(MAX_BULK_BYTES / MAX_BULK_ROWS, 1_024);
  t.ok(MAX_BODY_BYTES < MAX_BULK_BYTES / 100);
});

t.test('several of the largest batches are held at once, and no more than a small machine has', async (t) => {
  t.ok(MAX_BULK_BYTES_HELD >= 4 * MAX_BULK_BYTES);
  t.ok(MAX_BULK_BYTES_HELD <= 128 * 1024 * 1024);
});

t.test('a batch of a hundred orders is parsed at once', async (t) => {
  t.ok(BULK_PARSED_AT_ONCE_BYTES >= 100 * 2 * JSON.stringify(EXAMPLE_ORDER).length);
});

t.test('between two looks at the clock no more is read than is parsed at once', async (t) => {
  t.ok(BULK_PIECE_ROWS * BULK_SCAN_BYTES <= BULK_PARSED_AT_ONCE_BYTES);
  t.ok(BULK_TURN_MS <= requestTimeoutMs / 100, 'a turn is short beside a time-out');
});
