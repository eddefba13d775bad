/** The rider's rating by customers, 1 to 5. */
import type { NumberFeature } from '../feature.js';

export const riderRating: NumberFeature = {
  name: 'rider_rating',
  revision: 1,
  kind: 'number',
  inputs: ['Delivery_person_Ratings'],
  value: (order) => order.Delivery_person_Ratings,
};
