import t from 'tap';
import { parseGoldenRows } from './golden.js';

t.test('golden rows are orders with their minutes, whatever fields the orders have', async (t) => {
  const rows = [
    { order: { ID: '0x1', City: null, Delivery_person_Age: 30 }, minutes: 24.5 },
    { order: {}, minutes: 1 },
  ];
  t.strictSame(parseGoldenRows(rows), rows);
});

t.test('golden rows that would check nothing are refused with the place of the fault', async (t) => {
  const row = { order: {}, minutes: 24.5 };
  const refused: [value: unknown, place: string][] = [
    [[], '/'],
    [{}, '/'],
    [null, '/'],
    [[row, { order: {} }], '/1'],
    [[{ minutes: 24.5 }], '/0'],
    [[{ ...row, minutes: '24.5' }], '/0/minutes'],
    [[{ ...row, minutes: null }], '/0/minutes'],
    [[{ ...row, minutes: Number.NaN }], '/0/minutes'],
    [[{ ...row, order: { City: ['Urban'] } }], '/0/order/City'],
  ];
  for (const [value, place] of refused) {
    const message = new RegExp(`^golden.json is not a list of orders with their minutes at '${place}': `);
    t.throws(
      () => parseGoldenRows(value),
      { name: 'PoolError', code: 'model_refused', message },
      JSON.stringify(value),
    );
  }
});
