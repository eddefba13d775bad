import t from 'tap';
import { GOLDEN_ROWS } from './golden.js';
import {
  BATCH_CHECKS_PER_TIMEOUT,
  BATCHES_IN_HAND,
  LEAVE_TIMEOUT_MS,
  REFUSALS_ALLOWED,
  START_TIMEOUT_MS,
  TABLE_BATCH_ROWS,
} from './limits.js';

t.test('the golden rows of a version fill at least one batch of the largest size', async (t) => {
  t.ok(GOLDEN_ROWS >= TABLE_BATCH_ROWS);
});

t.test('a batch takes at least one row, and a worker has a second batch in hand', async (t) => {
  t.ok(Number.isInteger(TABLE_BATCH_ROWS) && TABLE_BATCH_ROWS >= 1);
  t.ok(Number.isInteger(BATCHES_IN_HAND) && BATCHES_IN_HAND >= 2);
});

t.test(
  'a replacement may fail once, overdue batches are looked for in time, and leaving is no slower than starting',
  async (t) => {
    t.ok(REFUSALS_ALLOWED >= 2);
    t.ok(BATCH_CHECKS_PER_TIMEOUT >= 1);
    t.ok(LEAVE_TIMEOUT_MS <= START_TIMEOUT_MS);
  },
);
