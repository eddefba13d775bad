import t from 'tap';
import { chooseBatch, rowsThatMayWait, type Waiting } from './policy.js';

const NOTHING: Waiting = {
  retries: 0,
  full: 0,
  running: 0,
  filling: 0,
  turnIsOver: false,
  bulk: false,
  bulkRunning: 0,
  sinceBulk: 0,
};
const OPTIONS = { workers: 2, capacity: 4, singlesPerBulk: 3 };
const choose = (waiting: Partial<Waiting>) => chooseBatch({ ...NOTHING, ...waiting }, OPTIONS);

t.test('nothing leaves where nothing waits, or no worker can take it', async (t) => {
  t.equal(choose({}), 'none');
  t.equal(choose({ retries: 1, full: 1, filling: 1, turnIsOver: true, bulk: true, running: 4 }), 'none');
});

t.test('a batch that failed goes before all others', async (t) => {
  t.equal(choose({ retries: 1, full: 1, bulk: true, sinceBulk: 9, running: 3 }), 'retry');
});

t.test('a batch that is being filled leaves at the end of the turn, if a worker has nothing to do', async (t) => {
  t.equal(choose({ filling: 1 }), 'none');
  t.equal(choose({ filling: 1, turnIsOver: true }), 'filling');
  t.equal(choose({ filling: 1, turnIsOver: true, running: 1 }), 'filling');
  t.equal(choose({ filling: 1, turnIsOver: true, running: 2 }), 'none');
});

t.test('a full batch leaves for a worker that has one in hand', async (t) => {
  t.equal(choose({ full: 1, running: 3 }), 'full');
  t.equal(choose({ full: 1, filling: 1, turnIsOver: true }), 'full', 'before one that came later');
});

t.test('rows of requests with many leave where no single request waits, into half of the hands', async (t) => {
  t.equal(choose({ bulk: true }), 'bulk');
  t.equal(choose({ bulk: true, bulkRunning: 1, running: 3 }), 'bulk');
  t.equal(choose({ bulk: true, bulkRunning: 2, running: 2 }), 'none');
  t.equal(chooseBatch({ ...NOTHING, bulk: true }, { ...OPTIONS, capacity: 1 }), 'bulk', 'and into one at least');
});

t.test('beside single requests they get one turn for so many batches of those', async (t) => {
  t.equal(choose({ bulk: true, full: 1, sinceBulk: 2 }), 'full');
  t.equal(choose({ bulk: true, full: 1, sinceBulk: 3 }), 'bulk');
  t.equal(choose({ bulk: true, bulkRunning: 2, full: 1, sinceBulk: 3 }), 'full');
});

t.test(
  'as many rows may wait as are done in the share of the time, and any number while that is not known',
  async (t) => {
    t.equal(rowsThatMayWait(10, 1_000, 0.5), 5_000);
    t.equal(rowsThatMayWait(undefined, 1, 0.5), Number.POSITIVE_INFINITY);
  },
);
