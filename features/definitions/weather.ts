/** The weather at the time of the order. */
import type { CategoryFeature } from '../feature.js';

export const weather: CategoryFeature = {
  name: 'weather',
  revision: 1,
  kind: 'category',
  inputs: ['Weather_conditions'],
  value: (order) => order.Weather_conditions,
};
