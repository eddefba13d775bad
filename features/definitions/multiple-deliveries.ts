/** How many other orders the rider carries on the same trip. */
import type { NumberFeature } from '../feature.js';

export const multipleDeliveries: NumberFeature = {
  name: 'multiple_deliveries',
  revision: 1,
  kind: 'number',
  inputs: ['multiple_deliveries'],
  value: (order) => order.multiple_deliveries,
};
