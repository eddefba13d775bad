/** Whether there is a festival on the day; that it is not stated is informative too. */
import type { CategoryFeature } from '../feature.js';

export const festival: CategoryFeature = {
  name: 'festival',
  revision: 1,
  kind: 'category',
  inputs: ['Festival'],
  value: (order) => order.Festival,
};
