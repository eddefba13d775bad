/** The rider's age in years. */
import type { NumberFeature } from '../feature.js';

export const riderAge: NumberFeature = {
  name: 'rider_age',
  revision: 1,
  kind: 'number',
  inputs: ['Delivery_person_Age'],
  value: (order) => order.Delivery_person_Age,
};
