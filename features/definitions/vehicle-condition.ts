/** The vehicle's condition as the platform grades it: 0, 1, 2, … */
import type { NumberFeature } from '../feature.js';

export const vehicleCondition: NumberFeature = {
  name: 'vehicle_condition',
  revision: 1,
  kind: 'number',
  inputs: ['Vehicle_condition'],
  value: (order) => order.Vehicle_condition,
};
