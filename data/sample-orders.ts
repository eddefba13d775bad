/**
 * The sample: invented orders in the form of the public data set, column for column and fault for fault, so that the
 * whole pipeline runs where the public file is not at hand. Pure: the same seed gives the same rows everywhere.
 */

import { SAMPLE_MARK } from '../features/sample-mark.js';
import { Random, Weighted } from './random.js';
import { type Dirt, drawDirt } from './sample-dirt.js';
import { uniqueIds } from './sample-ids.js';
import { formatDegrees, openRestaurants } from './sample-places.js';
import { formatTime } from './sample-times.js';
import { type Delivery, drawDelivery } from './sample-truth.js';

/** The header of the public file, in its order. */
export const COLUMNS = [
  'ID',
  'Delivery_person_ID',
  'Delivery_person_Age',
  'Delivery_person_Ratings',
  'Restaurant_latitude',
  'Restaurant_longitude',
  'Delivery_location_latitude',
  'Delivery_location_longitude',
  'Order_Date',
  'Time_Orderd',
  'Time_Order_picked',
  'Weather_conditions',
  'Road_traffic_density',
  'Vehicle_condition',
  'Type_of_order',
  'Type_of_vehicle',
  'multiple_deliveries',
  'Festival',
  'City',
  'Time_taken (min)',
] as const;
/** One row: the text of each column, none of which holds a comma, a quote or a line break. */
export type SampleOrder = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** Which sample: the same options give the same rows on every machine. */
export interface SampleOptions {
  /** How many rows, 1 to 1,000,000. Fewer rows are the first of more. */
  readonly rows: number;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
}

/** Large enough for every fault to be there and for the fast model to learn the rest; fitted in seconds. */
export const SAMPLE_DEFAULTS: SampleOptions = { rows: 12_000, seed: 42 };
/** Whole numbers, both ends allowed. The seed is 32 bits. */
export const SAMPLE_LIMITS = {
  rows: { minimum: 1, maximum: 1_000_000 },
  seed: { minimum: 0, maximum: 0xffff_ffff },
};

/** Whether `value` is a whole number within `limits`, both included. */
export function isWithin(limits: { readonly minimum: number; readonly maximum: number }, value: number): boolean {
  return Number.isInteger(value) && value >= limits.minimum && value <= limits.maximum;
}

const MISSING = 'NaN';
/** Of the customers, those whose latitude was rounded a microdegree away from the longitude's offset. */
const ROUNDED_AWAY = 0.018;

/**
 * The rows, one after another.
 * @throws RangeError where rows or seed are beyond SAMPLE_LIMITS
 */
export function* sampleOrders({ rows, seed }: SampleOptions): Generator<SampleOrder, void, undefined> {
  if (!isWithin(SAMPLE_LIMITS.rows, rows)) throw new RangeError(`There is no sample of ${rows} rows.`);
  if (!isWithin(SAMPLE_LIMITS.seed, seed)) throw new RangeError(`There is no sample of seed ${seed}.`);
  const random = new Random(seed);
  const restaurants = new Weighted(openRestaurants(random));
  const ids = uniqueIds(random);
  for (let row = 0; row < rows; row++) {
    const delivery = drawDelivery(random, restaurants);
    const dirt = drawDirt(random, delivery);
    const slip = random.chance(ROUNDED_AWAY) ? random.integer(0, 1) * 2 - 1 : 0;
    yield write(ids.next().value, delivery, dirt, slip);
  }
}

function write(id: string, delivery: Delivery, dirt: Dirt, slip: number): SampleOrder {
  const { restaurant, offset } = delivery;
  const { missing, impossibleRider } = dirt;
  const latitude = restaurant.located ? restaurant.latitude : 0;
  const longitude = restaurant.located ? restaurant.longitude : 0;
  const age = impossibleRider?.age ?? delivery.age;
  const rating = impossibleRider?.rating ?? delivery.ratingTenths / 10;
  const unless = (lost: boolean, value: string | number) => (lost ? MISSING : String(value));
  return {
    ID: id,
    Delivery_person_ID: riderId(delivery),
    Delivery_person_Age: unless(missing.age, age),
    Delivery_person_Ratings: unless(missing.rating, rating),
    Restaurant_latitude: formatDegrees(dirt.negativeLatitude ? -latitude : latitude),
    Restaurant_longitude: formatDegrees(dirt.negativeLongitude ? -longitude : longitude),
    Delivery_location_latitude: formatDegrees(latitude + offset + (restaurant.located ? slip : 0)),
    Delivery_location_longitude: formatDegrees(longitude + offset),
    Order_Date: delivery.date,
    Time_Orderd: unless(missing.orderTime, formatTime(delivery.orderTime)),
    Time_Order_picked: formatTime(delivery.pickupTime),
    Weather_conditions: unless(missing.weather, delivery.weather),
    Road_traffic_density: unless(missing.traffic, delivery.traffic),
    Vehicle_condition: dirt.doubtfulVehicle === undefined ? String(delivery.vehicleCondition) : '3',
    Type_of_order: delivery.typeOfOrder,
    Type_of_vehicle: dirt.doubtfulVehicle ?? delivery.vehicle,
    multiple_deliveries: unless(missing.multipleDeliveries, delivery.multipleDeliveries),
    Festival: unless(missing.festival, delivery.festival ? 'Yes' : 'No'),
    City: unless(missing.cityType, delivery.cityType),
    'Time_taken (min)': String(delivery.minutes),
  };
}

/** The mark, the city, the restaurant and the rider, as `SAMPLENAGRES07DEL02`; the tenth restaurant is `RES010`. */
function riderId({ restaurant, riderNumber }: Delivery): string {
  const number = restaurant.number <= 10 ? `0${restaurant.number}` : String(restaurant.number);
  return `${SAMPLE_MARK}${restaurant.cityCode}RES${number}DEL0${riderNumber}`;
}
