/** The kind of city the order is placed in. */
import type { CategoryFeature } from '../feature.js';

export const cityType: CategoryFeature = {
  name: 'city_type',
  revision: 1,
  kind: 'category',
  inputs: ['City'],
  value: (order) => order.City,
};
