/** One delivery of the sample as it really was, before any of it is lost or mistyped. Shares are near the public ones. */
import { type Random, Weighted } from './random.js';
import { type Circumstances, type CityType, deliveryMinutes, type Traffic, WEATHERS } from './sample-formula.js';
import { offsetKm, type Restaurant } from './sample-places.js';
import { drawDate, drawOrderTime, drawPickupTime } from './sample-times.js';

/** One delivery, whole: what decides its minutes, who took it where and when, and the minutes. */
export interface Delivery extends Circumstances {
  readonly restaurant: Restaurant;
  /** 1 to 3 within the restaurant. */
  readonly riderNumber: number;
  /** How far north, and east, of the restaurant the customer lives, microdegrees. */
  readonly offset: number;
  /** dd-mm-yyyy. */
  readonly date: string;
  /** Minutes after midnight; up to 1455, since an evening's orders end after it. */
  readonly orderTime: number;
  readonly pickupTime: number;
  readonly vehicle: string;
  readonly typeOfOrder: string;
  /** The target, whole minutes. */
  readonly minutes: number;
}

const RATING_TENTHS = new Weighted<number>([
  ...[25, 26, 27, 28, 29, 31, 32, 33, 34].map((tenths) => [tenths, 0.06] as const),
  ...[35, 36, 37, 38, 39].map((tenths) => [tenths, 0.5] as const),
  [40, 2.5],
  ...[41, 42, 43, 44].map((tenths) => [tenths, 3.2] as const),
  [45, 7.5],
  ...[46, 47, 48, 49].map((tenths) => [tenths, 16] as const),
  [50, 9],
]);
const RIDER_YEARS = { youngest: 20, oldest: 39 };

/** Type of vehicle and its condition go together: the worst are all motorcycles. */
const VEHICLES = new Weighted<{ readonly vehicle: string; readonly vehicleCondition: number }>([
  [{ vehicle: 'motorcycle', vehicleCondition: 0 }, 33.3],
  [{ vehicle: 'motorcycle', vehicleCondition: 1 }, 16.7],
  [{ vehicle: 'scooter', vehicleCondition: 1 }, 16.6],
  [{ vehicle: 'motorcycle', vehicleCondition: 2 }, 8.3],
  [{ vehicle: 'scooter', vehicleCondition: 2 }, 16.9],
  [{ vehicle: 'electric_scooter', vehicleCondition: 2 }, 8.2],
]);
const MEALS = new Weighted<string>(['Snack', 'Meal', 'Drinks', 'Buffet'].map((meal) => [meal, 1]));
const ANY_WEATHER = new Weighted(WEATHERS.map((weather) => [weather, 1] as const));
const CITY_TYPES = new Weighted<CityType>([
  ['Metropolitian', 76.8],
  ['Urban', 22.8],
  ['Semi-Urban', 0.4],
]);
/** Trips carry more orders, and festivals are more, where traffic is dense. */
const MULTIPLE_DELIVERIES: Readonly<Record<Traffic, Weighted<number>>> = {
  Low: trips(38, 60.5, 1.3, 0.2),
  Medium: trips(30.5, 65, 4, 0.5),
  High: trips(29, 66, 4, 1),
  Jam: trips(26.5, 63.5, 8, 2),
};
const FESTIVAL_PROBABILITY: Readonly<Record<Traffic, number>> = { Low: 0.004, Medium: 0.012, High: 0.016, Jam: 0.044 };

/** People order from near in the morning, from a fixed distance at noon, and from far in the evening. Microdegrees. */
const MORNING_OFFSETS = new Weighted<number>([10_000, 20_000].map((offset) => [offset, 1]));
const NOON_OFFSETS = new Weighted([[40_000, 1]]);
const EVENING_OFFSETS = new Weighted<number>([
  ...[30_000, 50_000, 60_000, 70_000, 80_000, 90_000, 110_000, 130_000].map((offset) => [offset, 12.3] as const),
  [140_000, 1.6],
]);
/** Ends of the day's periods, minutes after midnight. */
const MORNING_END = 12 * 60;
const NOON_END = 17 * 60;

/** A delivery from one of the restaurants, and how long it took. */
export function drawDelivery(random: Random, restaurants: Weighted<Restaurant>): Delivery {
  const restaurant = random.pick(restaurants);
  const orderTime = drawOrderTime(random);
  const traffic = trafficAt(orderTime);
  const offset = random.pick(offsetsAt(orderTime));
  const { vehicle, vehicleCondition } = random.pick(VEHICLES);
  const circumstances: Circumstances = {
    age: random.integer(RIDER_YEARS.youngest, RIDER_YEARS.oldest),
    ratingTenths: random.pick(RATING_TENTHS),
    distanceKm: offsetKm(restaurant, offset),
    weather: random.pick(ANY_WEATHER),
    traffic,
    vehicleCondition,
    multipleDeliveries: random.pick(MULTIPLE_DELIVERIES[traffic]),
    festival: random.chance(FESTIVAL_PROBABILITY[traffic]),
    cityType: random.pick(CITY_TYPES),
  };
  return {
    ...circumstances,
    restaurant,
    riderNumber: random.integer(1, 3),
    offset,
    date: drawDate(random),
    orderTime,
    pickupTime: drawPickupTime(random, orderTime),
    vehicle,
    typeOfOrder: random.pick(MEALS),
    minutes: deliveryMinutes(circumstances, random.bell()),
  };
}

/** Traffic follows the clock: Low until 11:00 and after 22:00, Jam from 19:00. */
function trafficAt(orderTime: number): Traffic {
  if (orderTime <= 11 * 60) return 'Low';
  if (orderTime <= 15 * 60) return 'High';
  if (orderTime <= 19 * 60) return 'Medium';
  return orderTime <= 22 * 60 ? 'Jam' : 'Low';
}

function offsetsAt(orderTime: number): Weighted<number> {
  if (orderTime <= MORNING_END) return MORNING_OFFSETS;
  return orderTime <= NOON_END ? NOON_OFFSETS : EVENING_OFFSETS;
}

function trips(none: number, one: number, two: number, three: number): Weighted<number> {
  return new Weighted([
    [0, none],
    [1, one],
    [2, two],
    [3, three],
  ]);
}
