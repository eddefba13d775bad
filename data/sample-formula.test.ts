import t from 'tap';
import { type Circumstances, deliveryMinutes } from './sample-formula.js';

/** The documented sum for it: 4 + 4 (Medium) + 10 km x 0.4 + 4 (Windy) + 2 (one other order) = 18. */
const ORDER: Circumstances = {
  age: 29,
  ratingTenths: 45,
  distanceKm: 10,
  weather: 'Windy',
  traffic: 'Medium',
  vehicleCondition: 1,
  multipleDeliveries: 1,
  festival: false,
  cityType: 'Urban',
};

t.test('the minutes are the documented sum', async (t) => {
  const minutes = (change: Partial<Circumstances>) => deliveryMinutes({ ...ORDER, ...change }, 0);
  t.equal(minutes({}), 18);
  t.equal(minutes({ ratingTenths: 44 }), 18 + 8);
  t.equal(minutes({ age: 30 }), 18 + 7);
  t.equal(minutes({ vehicleCondition: 0 }), 18 + 7);
  t.equal(minutes({ multipleDeliveries: 0 }), 18 - 2);
  t.equal(minutes({ multipleDeliveries: 2 }), 18 - 2 + 5);
  t.equal(minutes({ multipleDeliveries: 3 }), 18 - 2 + 7);
  t.equal(minutes({ festival: true }), 18 + 5);
  t.equal(minutes({ cityType: 'Metropolitian' }), 18 + 2);
  t.equal(minutes({ cityType: 'Semi-Urban' }), 18 + 5);
  t.equal(minutes({ weather: 'Sunny' }), 18 - 4);
  t.equal(minutes({ weather: 'Fog' }), 18 - 4 + 7);
  t.equal(minutes({ traffic: 'Low' }), 18 - 8 + 2);
  t.equal(minutes({ traffic: 'High' }), 18 - 8 + 10);
  t.equal(minutes({ traffic: 'Jam' }), 18 - 8 + 13);
  t.equal(minutes({ distanceKm: 20 }), 18 + 4);
});

t.test('noise moves them by 0.6 minutes a deviation, in whole minutes', async (t) => {
  t.equal(deliveryMinutes(ORDER, 2), 19);
  t.equal(deliveryMinutes(ORDER, -0.5), 18);
});

t.test('they stay within 10 and 54', async (t) => {
  const easy = { ...ORDER, traffic: 'Low', weather: 'Sunny', distanceKm: 1, multipleDeliveries: 0 } as const;
  t.equal(deliveryMinutes(easy, 0), 10);
  const hard = { age: 39, ratingTenths: 30, vehicleCondition: 0, multipleDeliveries: 3, festival: true } as const;
  t.equal(deliveryMinutes({ ...ORDER, ...hard, traffic: 'Jam', weather: 'Fog', distanceKm: 20 }, 3), 54);
});
