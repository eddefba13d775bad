import t from 'tap';
import { distanceKm } from '../features/definitions/distance-km.js';
import { LATITUDE, LONGITUDE } from '../features/order.js';
import { Random } from './random.js';
import { formatDegrees, offsetKm, openRestaurants } from './sample-places.js';

const restaurants = openRestaurants(new Random(5)).map(([restaurant]) => restaurant);
const FARTHEST = 140_000;

t.test('every restaurant and its farthest customer are within India', async (t) => {
  t.equal(restaurants.length, 440);
  const outside = restaurants.filter(
    ({ latitude, longitude }) =>
      latitude / 1e6 < LATITUDE.minimum ||
      (latitude + FARTHEST) / 1e6 > LATITUDE.maximum ||
      longitude / 1e6 < LONGITUDE.minimum ||
      (longitude + FARTHEST) / 1e6 > LONGITUDE.maximum,
  );
  t.same(outside, []);
});

t.test("the formula's kilometres are those of the feature, to one part in a thousand", async (t) => {
  const ratios = restaurants.map((restaurant) => {
    const kilometres = distanceKm.value({
      Restaurant_latitude: restaurant.latitude / 1e6,
      Restaurant_longitude: restaurant.longitude / 1e6,
      Delivery_location_latitude: (restaurant.latitude + FARTHEST) / 1e6,
      Delivery_location_longitude: (restaurant.longitude + FARTHEST) / 1e6,
    });
    return offsetKm(restaurant, FARTHEST) / Number(kilometres);
  });
  t.ok(Math.min(...ratios) > 0.999, `least ${Math.min(...ratios)}`);
  t.ok(Math.max(...ratios) < 1.001, `most ${Math.max(...ratios)}`);
});

t.test('degrees are written in full, without trailing zeros', async (t) => {
  t.equal(formatDegrees(21_072_254), '21.072254');
  t.equal(formatDegrees(-21_072_250), '-21.07225');
  t.equal(formatDegrees(40_000), '0.04');
  t.equal(formatDegrees(0), '0');
});
