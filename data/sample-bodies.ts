/** The sample as bodies of requests, one a line: what a caller would send for each order that can be sent. */
import { Compile } from 'typebox/compile';
import { ORDER_FIELDS, Order } from '../features/order.js';
import { cleanOrder } from '../features/raw-order.js';
import { type SampleOptions, sampleOrders } from './sample-orders.js';

const body = Compile(Order);

/**
 * Of each order whose places are known, its fields that are known, as JSON. Orders without places are left out, so that
 * there are somewhat fewer bodies than rows.
 */
export function* sampleBodies(options: SampleOptions): Generator<string, void, undefined> {
  for (const row of sampleOrders(options)) {
    const cleaned = cleanOrder(
      (column) => row[column],
      () => {},
    );
    if (cleaned.rejected !== undefined) continue;
    const { order } = cleaned;
    const known = Object.fromEntries(ORDER_FIELDS.map((field) => [field, order[field]]));
    if (body.Check(known)) yield JSON.stringify(known);
  }
}
