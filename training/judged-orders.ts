/** The test orders that a model was judged on, with what happened and what it predicted: kept with the version. */
import { orderColumns } from './orders.js';
import type { Column } from './table.js';
import type { TestOrders } from './test-set.js';

/**
 * The columns of `test-orders.arrow`.
 * @param predicted [rows] minutes
 */
export function judgedColumns(test: TestOrders, predicted: Float32Array): Column[] {
  return [
    { name: 'line', type: 'int32', values: test.lines },
    ...orderColumns(test.orders),
    { name: 'complete', type: 'bool', values: test.complete },
    { name: 'minutes', type: 'float64', values: test.actual },
    { name: 'predicted', type: 'float32', values: predicted },
  ];
}
