/** The places of a raw row: repaired, or missing where the file has a placeholder for them. */
import { LATITUDE, LONGITUDE } from './order.js';

/** What was done to a place. `offset_kept_of_missing_places`: both are missing, yet how far they are apart is known. */
export type PlaceRepair =
  | 'coordinate_sign_removed'
  | 'place_incomplete_set_missing'
  | 'place_near_zero_set_missing'
  | 'place_out_of_range_set_missing'
  | 'offset_kept_of_missing_places';

type Report = (kind: PlaceRepair) => void;

/** Degrees, as the row has them. */
export interface RawPlace {
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

interface Place {
  /** Degrees. */
  readonly latitude: number;
  readonly longitude: number;
}

/** Below this in size, in degrees, the file has a placeholder: no place of the data set is so near to (0, 0). */
const COORDINATE_MINIMUM = 1;

/** The place, if it is one in India; it is there with both coordinates or not at all. */
export function cleanPlace(raw: RawPlace, report: Report): Place | undefined {
  const place = withoutSigns(raw);
  if (place === undefined) {
    if (raw.latitude !== raw.longitude) report('place_incomplete_set_missing');
    return undefined;
  }
  if (place.latitude < COORDINATE_MINIMUM || place.longitude < COORDINATE_MINIMUM) {
    report('place_near_zero_set_missing');
    return undefined;
  }
  if (place.latitude !== raw.latitude || place.longitude !== raw.longitude) report('coordinate_sign_removed');
  if (isWithin(place.latitude, LATITUDE) && isWithin(place.longitude, LONGITUDE)) return place;
  report('place_out_of_range_set_missing');
  return undefined;
}

/**
 * Where the restaurant is at (0, 0) and the customer next to it, neither place is known, but the way from one to the
 * other is: the file counts the customer's coordinates from the restaurant's.
 */
export function offsetOf(restaurant: RawPlace, customer: RawPlace, report: Report): Place | undefined {
  if (restaurant.latitude !== 0 || restaurant.longitude !== 0) return undefined;
  const offset = withoutSigns(customer);
  if (offset === undefined) return undefined;
  if (offset.latitude >= COORDINATE_MINIMUM || offset.longitude >= COORDINATE_MINIMUM) return undefined;
  // A customer at (0, 0) as well is a second placeholder, not one who lives in the restaurant.
  if (offset.latitude === 0 && offset.longitude === 0) return undefined;
  report('offset_kept_of_missing_places');
  return offset;
}

function withoutSigns({ latitude, longitude }: RawPlace): Place | undefined {
  if (latitude === undefined || longitude === undefined) return undefined;
  return { latitude: Math.abs(latitude), longitude: Math.abs(longitude) };
}

function isWithin(value: number, range: { readonly minimum: number; readonly maximum: number }): boolean {
  return value >= range.minimum && value <= range.maximum;
}
