import t from 'tap';
import { GOLDEN_ROWS } from './golden.js';
import { BATCHES_IN_HAND, MAX_BATCH_ROWS } from './limits.js';

t.test('the golden rows of a version fill at least one batch of the largest size', async (t) => {
  t.ok(GOLDEN_ROWS >= MAX_BATCH_ROWS);
});

t.test('a batch takes at least one row, and a worker has a second batch in hand', async (t) => {
  t.ok(Number.isInteger(MAX_BATCH_ROWS) && MAX_BATCH_ROWS >= 1);
  t.ok(Number.isInteger(BATCHES_IN_HAND) && BATCHES_IN_HAND >= 2);
});
