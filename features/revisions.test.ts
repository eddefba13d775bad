import t from 'tap';
import { Compile } from 'typebox/compile';
import { CATALOGUE } from './catalogue.js';
import type { NumberFeature } from './feature.js';
import { Order } from './order.js';
import { readOrders, readRecords, recordFaults, withUnrecorded } from './record-revisions.js';

const orders = readOrders();
const tenth: NumberFeature = { name: 'tenth', revision: 1, kind: 'number', inputs: [], value: () => 0.1 };
const recordOfTenth = withUnrecorded({}, [tenth], orders);

t.test('every feature gives what is recorded of its revision', async (t) => {
  t.strictSame(recordFaults(readRecords(), CATALOGUE, orders), []);
});

t.test('the fixed orders are ones that could be sent, but for those whose coordinates are unknown', async (t) => {
  const sendable = Compile(Order);
  const others = Object.keys(orders).filter((name) => !sendable.Check(orders[name]));
  t.strictSame(others, [
    'nothing known',
    'restaurant unknown',
    'customer without longitude',
    'both places unknown, the way between them known',
  ]);
});

t.test('a value that changes without a new revision is told, with what it was and what to do', async (t) => {
  for (const changed of [0.2, Number.NaN, undefined]) {
    const faults = recordFaults(recordOfTenth, [{ ...tenth, value: () => changed }], orders);
    t.equal(faults.length, Object.keys(orders).length);
    t.match(faults[0], /^tenth@1 .*'everything given' is (0\.2|NaN|null) and was 0\.1: .*raise the revision/);
  }
});

t.test('a change that float32 cannot hold is none', async (t) => {
  t.strictSame(recordFaults(recordOfTenth, [{ ...tenth, value: () => 0.1 + 1e-12 }], orders), []);
});

t.test('a revision that is not recorded is told, with the command that records it', async (t) => {
  t.match(recordFaults(recordOfTenth, [{ ...tenth, revision: 2 }], orders), [/^tenth@2 .*npm run record-features/]);
});

t.test('recording adds what is missing and alters nothing that is recorded', async (t) => {
  const changed = { ...tenth, value: () => 0.2 };
  t.strictSame(withUnrecorded(recordOfTenth, [changed], orders), recordOfTenth);
  const both = withUnrecorded(recordOfTenth, [{ ...changed, revision: 2 }], orders);
  t.strictSame(both['tenth@1'], recordOfTenth['tenth@1']);
  t.strictSame(recordFaults(both, [{ ...changed, revision: 2 }], orders), []);
});
