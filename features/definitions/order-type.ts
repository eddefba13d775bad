/** What is ordered: a snack, a meal, drinks or a buffet. */
import type { CategoryFeature } from '../feature.js';

export const orderType: CategoryFeature = {
  name: 'order_type',
  revision: 1,
  kind: 'category',
  inputs: ['Type_of_order'],
  value: (order) => order.Type_of_order,
};
