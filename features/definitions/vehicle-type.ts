/** What the rider drives. */
import type { CategoryFeature } from '../feature.js';

export const vehicleType: CategoryFeature = {
  name: 'vehicle_type',
  revision: 1,
  kind: 'category',
  inputs: ['Type_of_vehicle'],
  value: (order) => order.Type_of_vehicle,
};
