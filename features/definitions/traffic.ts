/** How dense the traffic is on the way. */
import type { CategoryFeature } from '../feature.js';

export const traffic: CategoryFeature = {
  name: 'traffic',
  revision: 1,
  kind: 'category',
  inputs: ['Road_traffic_density'],
  value: (order) => order.Road_traffic_density,
};
