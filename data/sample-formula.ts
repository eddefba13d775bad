/**
 * The law of the sample: how many minutes a delivery takes, given the nine things that the model's features describe.
 * It is invented. Its sizes are near the averages of the public data set, its noise is far smaller, so that a model
 * which fails to learn the sample has a fault in the pipeline and not bad luck.
 */

/** In the words of the data set. */
export const WEATHERS = ['Sunny', 'Windy', 'Stormy', 'Sandstorms', 'Cloudy', 'Fog'] as const;
/** One of these. */
export type Weather = (typeof WEATHERS)[number];
/** In the words of the data set, the lightest first. */
export type Traffic = 'Low' | 'Medium' | 'High' | 'Jam';
/** `Metropolitian` is how the public data set spells it. */
export type CityType = 'Metropolitian' | 'Urban' | 'Semi-Urban';

/** What decides how long a delivery takes, before anything of it is lost or mistyped. */
export interface Circumstances {
  /** Years. */
  readonly age: number;
  /** Tenths of a star, 25 to 50: whole numbers, so that comparisons are exact. */
  readonly ratingTenths: number;
  readonly distanceKm: number;
  readonly weather: Weather;
  readonly traffic: Traffic;
  /** The platform's grade, 0 (worst) to 3. */
  readonly vehicleCondition: number;
  /** Other orders on the same trip, 0 to 3. */
  readonly multipleDeliveries: number;
  readonly festival: boolean;
  readonly cityType: CityType;
}

/** The least and the most minutes that the data set knows. */
export const MINUTES = { minimum: 10, maximum: 54 };
/** Standard deviation of what the nine things do not explain, minutes. It never exceeds three times that. */
export const NOISE_MINUTES = 0.6;

const BASE_MINUTES = 4;
const MINUTES_PER_KM: Readonly<Record<Traffic, number>> = { Low: 0.2, Medium: 0.4, High: 0.4, Jam: 0.5 };
const TRAFFIC_MINUTES: Readonly<Record<Traffic, number>> = { Low: 0, Medium: 4, High: 6, Jam: 8 };
const WEATHER_MINUTES: Readonly<Record<Weather, number>> = {
  Sunny: 0,
  Windy: 4,
  Stormy: 4,
  Sandstorms: 4,
  Cloudy: 7,
  Fog: 7,
};
const CITY_MINUTES: Readonly<Record<CityType, number>> = { Urban: 0, Metropolitian: 2, 'Semi-Urban': 5 };
const MULTIPLE_DELIVERIES_MINUTES = [0, 2, 5, 7];
const OLDER_RIDER = { fromYears: 30, minutes: 7 };
const LOW_RATING = { belowTenths: 45, minutes: 8 };
const WORN_VEHICLE_MINUTES = 7;
const FESTIVAL_MINUTES = 5;

/**
 * Minutes from pick-up to door, a whole number from 10 to 54:
 *
 *        4
 *     +  traffic: Low 0, Medium 4, High 6, Jam 8
 *     +  km x (Low 0.2, Medium 0.4, High 0.4, Jam 0.5)
 *     +  weather: Sunny 0, Windy, Stormy and Sandstorms 4, Cloudy and Fog 7
 *     +  8 if the rider is rated below 4.5
 *     +  7 if the rider is 30 years or older
 *     +  7 if the vehicle's condition is 0
 *     +  other orders on the trip: none 0, one 2, two 5, three 7
 *     +  5 on a festival day
 *     +  city: Urban 0, Metropolitian 2, Semi-Urban 5
 *     +  0.6 x noise
 *
 * rounded to the nearest minute and held within 10 and 54. What is rare weighs little: thirty trees have not met every
 * rare combination, and twelve thousand rows should not give an error of a quarter of an hour.
 *
 * @param noise a draw of mean 0 and standard deviation 1
 */
export function deliveryMinutes(order: Circumstances, noise: number): number {
  const minutes =
    BASE_MINUTES +
    (order.ratingTenths < LOW_RATING.belowTenths ? LOW_RATING.minutes : 0) +
    (order.age >= OLDER_RIDER.fromYears ? OLDER_RIDER.minutes : 0) +
    TRAFFIC_MINUTES[order.traffic] +
    MINUTES_PER_KM[order.traffic] * order.distanceKm +
    WEATHER_MINUTES[order.weather] +
    (order.vehicleCondition === 0 ? WORN_VEHICLE_MINUTES : 0) +
    (MULTIPLE_DELIVERIES_MINUTES[order.multipleDeliveries] ?? 0) +
    (order.festival ? FESTIVAL_MINUTES : 0) +
    CITY_MINUTES[order.cityType] +
    NOISE_MINUTES * noise;
  return Math.min(MINUTES.maximum, Math.max(MINUTES.minimum, Math.round(minutes)));
}
