import t from 'tap';
import { SETTINGS } from '../config/environment.js';
import { ORDER_FIELDS } from '../features/order.js';
import {
  BULK_PARSED_AT_ONCE_BYTES,
  BULK_PIECE_ROWS,
  BULK_SCAN_BYTES,
  BULK_TURN_MS,
  FIRST_TRY_SHARE,
  MAX_BODY_BYTES,
  MAX_BULK_BYTES,
  MAX_BULK_BYTES_HELD,
  MAX_BULK_ROWS,
  MAX_BULK_ROWS_WAITING,
  METRICS_POLL_MS,
  RETRY_AFTER_SECONDS,
  SINGLES_PER_BULK,
  SPARE_SLOTS,
  STATUS_POINTS,
  STATUS_SAMPLE_MS,
  SWEEP_MS,
  USUAL_ORDER_BYTES,
  WAITING_SHARE,
} from './limits.js';
import { EXAMPLE_ORDER } from './openapi/example-order.js';
import { bodyBytes } from './order-reader/scanner.js';

const requestTimeoutMs = SETTINGS.REQUEST_TIMEOUT_MS.fallback;

t.test(
  'a stopping server waits long enough for every request that is in flight to be answered or time out',
  async (t) => {
    const latestAnswerMs = requestTimeoutMs + SWEEP_MS;
    t.ok(SETTINGS.DRAIN_TIMEOUT_MS.fallback >= 2 * latestAnswerMs);
  },
);

t.test('a body has room for all fields with long words, each character of them escaped', async (t) => {
  const escaped = '\\u0020';
  const order = Object.fromEntries(ORDER_FIELDS.map((field) => [field, 'x'.repeat(64)]));
  const bytes = JSON.stringify(order, null, 2).replaceAll(/x/g, escaped).length;
  t.ok(MAX_BODY_BYTES >= 2 * bytes, `${bytes} bytes`);
});

t.test('batches can fill and wait while every worker has its hands full', async (t) => {
  t.ok(SPARE_SLOTS >= 2, 'one fills, one waits');
});

t.test('who was refused comes back when all that was before it has been answered or has timed out', async (t) => {
  t.ok(RETRY_AFTER_SECONDS * 1_000 >= requestTimeoutMs);
});

t.test('an overdue request is told so soon after its time', async (t) => {
  t.ok(SWEEP_MS <= requestTimeoutMs / 100);
});

t.test('what is taken in leaves time for its own batch, and for that to be tried once more', async (t) => {
  t.ok(WAITING_SHARE > 0 && WAITING_SHARE <= 0.5);
  t.ok(FIRST_TRY_SHARE > 0 && FIRST_TRY_SHARE < 0.5, 'the second try has no less time than the first');
});

t.test(
  'a request with as many rows as there may be finds room, beside others, and gives way to single ones',
  async (t) => {
    t.ok(MAX_BULK_ROWS_WAITING >= 2 * MAX_BULK_ROWS);
    t.ok(SINGLES_PER_BULK >= 1);
  },
);

t.test('an order has 1 KiB of a batch and may have more, though never as much as the whole', async (t) => {
  t.equal(MAX_BULK_BYTES / MAX_BULK_ROWS, 1_024);
  t.ok(MAX_BODY_BYTES < MAX_BULK_BYTES / 100);
});

t.test('several of the largest batches are held at once, and no more than a small machine has', async (t) => {
  t.ok(MAX_BULK_BYTES_HELD >= 4 * MAX_BULK_BYTES);
  t.ok(MAX_BULK_BYTES_HELD <= 128 * 1024 * 1024);
});

t.test('an order among others is copied as a whole, written with spaces too, and many others with it', async (t) => {
  t.ok(USUAL_ORDER_BYTES >= 2 * JSON.stringify(EXAMPLE_ORDER, null, 2).length);
  t.ok(USUAL_ORDER_BYTES <= MAX_BODY_BYTES / 8);
  t.ok(MAX_BODY_BYTES <= bodyBytes.length, 'as much as that is copied for the scanner');
});

t.test('a batch of a hundred orders is parsed at once', async (t) => {
  t.ok(BULK_PARSED_AT_ONCE_BYTES >= 100 * 2 * JSON.stringify(EXAMPLE_ORDER).length);
});

t.test('between two looks at the clock no more is read than is parsed at once', async (t) => {
  t.ok(BULK_PIECE_ROWS * BULK_SCAN_BYTES <= BULK_PARSED_AT_ONCE_BYTES);
  t.ok(BULK_TURN_MS <= requestTimeoutMs / 100, 'a turn is short beside a time-out');
});

t.test('the traffic is read as often by one process as of several, and five minutes of it are kept', async (t) => {
  t.equal(STATUS_SAMPLE_MS, METRICS_POLL_MS);
  t.equal(STATUS_POINTS * STATUS_SAMPLE_MS, 5 * 60 * 1_000);
});
