/** The great-circle distance from restaurant to customer in kilometres, by the haversine formula on a sphere. */
import type { NumberFeature } from '../feature.js';

/** Mean radius of the Earth, IUGG. */
const EARTH_RADIUS_KM = 6371.0088;
const RADIANS_PER_DEGREE = Math.PI / 180;

export const distanceKm: NumberFeature = {
  name: 'distance_km',
  revision: 1,
  kind: 'number',
  inputs: ['Restaurant_latitude', 'Restaurant_longitude', 'Delivery_location_latitude', 'Delivery_location_longitude'],
  value(order) {
    const fromLatitude = order.Restaurant_latitude;
    const fromLongitude = order.Restaurant_longitude;
    const toLatitude = order.Delivery_location_latitude;
    const toLongitude = order.Delivery_location_longitude;
    if (fromLatitude == null || fromLongitude == null || toLatitude == null || toLongitude == null) {
      const { Offset_latitude: latitude, Offset_longitude: longitude } = order;
      // The latitude of the restaurant is not known, so that degrees of longitude count as at the equator.
      return latitude == null || longitude == null ? undefined : haversineKm(0, 0, latitude, longitude);
    }
    return haversineKm(fromLatitude, fromLongitude, toLatitude, toLongitude);
  },
};

/** Degrees in, kilometres out. */
function haversineKm(fromLatitude: number, fromLongitude: number, toLatitude: number, toLongitude: number): number {
  const halfLatitude = Math.sin(((toLatitude - fromLatitude) * RADIANS_PER_DEGREE) / 2);
  const halfLongitude = Math.sin(((toLongitude - fromLongitude) * RADIANS_PER_DEGREE) / 2);
  const chord =
    halfLatitude * halfLatitude +
    Math.cos(fromLatitude * RADIANS_PER_DEGREE) *
      Math.cos(toLatitude * RADIANS_PER_DEGREE) *
      halfLongitude *
      halfLongitude;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord));
}
