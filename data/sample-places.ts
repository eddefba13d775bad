/**
 * Where the sample's orders come from and go to: invented restaurants around the centres of Indian cities, none of
 * which the public data set covers. Coordinates are whole microdegrees, so that they add up and print exactly.
 */
import type { Random, Share } from './random.js';

/** The centre of a city, degrees rounded to a tenth, and its code in rider identifiers. */
interface City {
  readonly code: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** An invented restaurant. */
export interface Restaurant {
  readonly cityCode: string;
  /** 1 to 20 within its city. */
  readonly number: number;
  /** Microdegrees. */
  readonly latitude: number;
  readonly longitude: number;
  /** Whether the platform knows where it is; it writes 0,0 for those it does not. */
  readonly located: boolean;
}

const LARGE_CITIES: readonly City[] = [
  { code: 'NAG', latitude: 21.1, longitude: 79.1 },
  { code: 'LUCK', latitude: 26.8, longitude: 80.9 },
  { code: 'PAT', latitude: 25.6, longitude: 85.1 },
  { code: 'BHUB', latitude: 20.3, longitude: 85.8 },
  { code: 'VIS', latitude: 17.7, longitude: 83.2 },
  { code: 'MADU', latitude: 9.9, longitude: 78.1 },
  { code: 'JODH', latitude: 26.3, longitude: 73 },
  { code: 'RAJ', latitude: 22.3, longitude: 70.8 },
  { code: 'RAI', latitude: 21.3, longitude: 81.6 },
  { code: 'VARA', latitude: 25.3, longitude: 83 },
  { code: 'NASH', latitude: 20, longitude: 73.8 },
  { code: 'VIJ', latitude: 16.5, longitude: 80.6 },
];
const SMALL_CITIES: readonly City[] = [
  { code: 'THIR', latitude: 8.5, longitude: 76.9 },
  { code: 'UDA', latitude: 24.6, longitude: 73.7 },
  { code: 'AMR', latitude: 31.6, longitude: 74.9 },
  { code: 'GUW', latitude: 26.1, longitude: 91.7 },
  { code: 'SHIL', latitude: 25.6, longitude: 91.9 },
  { code: 'JAM', latitude: 32.7, longitude: 74.9 },
  { code: 'SIL', latitude: 26.7, longitude: 88.4 },
  { code: 'GWA', latitude: 26.2, longitude: 78.2 },
  { code: 'JAB', latitude: 23.2, longitude: 79.9 },
  { code: 'MANG', latitude: 12.9, longitude: 74.9 },
];
const RESTAURANTS_PER_CITY = 20;
/** A restaurant of a large city gets this many orders to one of a small city. */
const LARGE_CITY_WEIGHT = 4.5;
/** How far from its city's centre a restaurant may be, microdegrees either way. */
const CITY_RADIUS = 60_000;

const MICRODEGREES = 1_000_000;
const RADIANS_PER_DEGREE = Math.PI / 180;
/** The mean length of a degree along a meridian, kilometres. */
const KM_PER_DEGREE = 111.195;

/** Every restaurant of the sample, with its share of the orders. */
export function openRestaurants(random: Random): readonly Share<Restaurant>[] {
  return [...LARGE_CITIES, ...SMALL_CITIES].flatMap((city, cityIndex) => {
    const weight = LARGE_CITIES.includes(city) ? LARGE_CITY_WEIGHT : 1;
    // One restaurant in one city and two in the next are at 0,0: about 8 % of the orders, whatever the seed.
    const unlocated = new Set(cityIndex % 2 === 0 ? [3] : [7, 15]);
    return Array.from({ length: RESTAURANTS_PER_CITY }, (_, index): Share<Restaurant> => {
      const latitude = Math.round(city.latitude * MICRODEGREES) + random.integer(-CITY_RADIUS, CITY_RADIUS);
      const longitude = Math.round(city.longitude * MICRODEGREES) + random.integer(-CITY_RADIUS, CITY_RADIUS);
      const number = index + 1;
      return [{ cityCode: city.code, number, latitude, longitude, located: !unlocated.has(number) }, weight];
    });
  });
}

/**
 * Straight-line kilometres to a customer who lives `offset` microdegrees north and as many east, on a flat map: within
 * a thousandth of the great circle at these distances, and without sin or cos, which may differ between machines
 * (Math.sqrt is exact on all of them).
 */
export function offsetKm(restaurant: Restaurant, offset: number): number {
  const cosine = cosineOf((restaurant.latitude / MICRODEGREES) * RADIANS_PER_DEGREE);
  return (offset / MICRODEGREES) * KM_PER_DEGREE * Math.sqrt(1 + cosine * cosine);
}

/** Microdegrees as the file writes them: decimal degrees without trailing zeros. */
export function formatDegrees(microdegrees: number): string {
  return String(microdegrees / MICRODEGREES);
}

/** The first terms of the cosine's Taylor series: good to seven digits up to 40 degrees, which India does not exceed. */
function cosineOf(radians: number): number {
  const square = radians * radians;
  return 1 - (square / 2) * (1 - (square / 12) * (1 - (square / 30) * (1 - square / 56)));
}
