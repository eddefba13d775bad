/**
 * A raw CSV row becomes an order: the traps of the public data set and its copies are known here and nowhere else.
 * What is repaired or set to missing is told by kind, so that cleaning can count it; nothing is changed silently.
 */
import { CALENDAR_DATE, type OrderField, type PartialOrder, RIDER_AGE_MINIMUM, RIDER_RATING } from './order.js';
import { cleanPlace, offsetOf, type PlaceRepair } from './raw-place.js';
import { formatMinutesOfDay, minutesOfDay } from './time-of-day.js';

/** The columns of the data set that are no fields of a request. */
export const TARGET_COLUMN = 'Time_taken (min)';
export const PICKED_COLUMN = 'Time_Order_picked';

export type RepairKind =
  | PlaceRepair
  | 'age_below_minimum_set_missing'
  | 'rating_out_of_range_set_missing'
  | 'number_unreadable_set_missing'
  | 'date_unreadable_set_missing'
  | 'time_unreadable_set_missing'
  | 'time_from_day_fraction'
  | 'time_past_midnight'
  | 'prefix_removed';

export type RejectReason = 'target_missing' | 'target_unreadable';

export type CleanedOrder =
  | { readonly rejected: RejectReason }
  | {
      readonly rejected?: undefined;
      readonly order: PartialOrder;
      /** When the rider took the order up, `HH:MM`: known after the fact only, so no field of a request. */
      readonly picked: string | undefined;
      /** The target: minutes from the order's acceptance to its delivery. */
      readonly minutes: number;
    };

type Report = (kind: RepairKind) => void;
/** A column of the data set. */
export type RawColumn = OrderField | typeof TARGET_COLUMN | typeof PICKED_COLUMN;
/** The text of a column in this row. */
export type RawField = (column: RawColumn) => string;

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const DATE = new RegExp(CALENDAR_DATE);
const LARGEST_COUNT = 2 ** 31 - 1;

/**
 * @param field the raw text of a column of this row
 * @param report is told each repair
 */
export function cleanOrder(field: RawField, report: Report): CleanedOrder {
  const target = present(withoutPrefix(field(TARGET_COLUMN), '(min) ', report));
  if (target === undefined) return { rejected: 'target_missing' };
  const minutes = readNumber(target);
  if (minutes === undefined || minutes <= 0) return { rejected: 'target_unreadable' };

  const rawRestaurant = {
    latitude: number(field('Restaurant_latitude'), report),
    longitude: number(field('Restaurant_longitude'), report),
  };
  const rawCustomer = {
    latitude: number(field('Delivery_location_latitude'), report),
    longitude: number(field('Delivery_location_longitude'), report),
  };
  const restaurant = cleanPlace(rawRestaurant, report);
  const customer = cleanPlace(rawCustomer, report);
  const offset = offsetOf(rawRestaurant, rawCustomer, report);
  const order: PartialOrder = {
    ID: present(field('ID')),
    Delivery_person_ID: present(field('Delivery_person_ID')),
    Delivery_person_Age: within(
      number(field('Delivery_person_Age'), report),
      RIDER_AGE_MINIMUM,
      Number.POSITIVE_INFINITY,
      () => report('age_below_minimum_set_missing'),
    ),
    Delivery_person_Ratings: within(
      number(field('Delivery_person_Ratings'), report),
      RIDER_RATING.minimum,
      RIDER_RATING.maximum,
      () => report('rating_out_of_range_set_missing'),
    ),
    Restaurant_latitude: restaurant?.latitude,
    Restaurant_longitude: restaurant?.longitude,
    Delivery_location_latitude: customer?.latitude,
    Delivery_location_longitude: customer?.longitude,
    Order_Date: date(field('Order_Date'), report),
    Time_Orderd: time(field('Time_Orderd'), report),
    Weather_conditions: present(withoutPrefix(field('Weather_conditions'), 'conditions ', report)),
    Road_traffic_density: present(field('Road_traffic_density')),
    Vehicle_condition: count(field('Vehicle_condition'), report),
    Type_of_order: present(field('Type_of_order')),
    Type_of_vehicle: present(field('Type_of_vehicle')),
    multiple_deliveries: count(field('multiple_deliveries'), report),
    Festival: present(field('Festival')),
    City: present(field('City')),
    Offset_latitude: offset?.latitude,
    Offset_longitude: offset?.longitude,
  };
  return { order, picked: time(field(PICKED_COLUMN), report), minutes };
}

/** The text without spaces around it; undefined for the file's ways of saying that there is none. */
function present(raw: string): string | undefined {
  const text = raw.trim();
  return text === '' || text.toLowerCase() === 'nan' ? undefined : text;
}

function withoutPrefix(raw: string, prefix: string, report: Report): string {
  const text = raw.trimStart();
  if (!text.startsWith(prefix)) return raw;
  report('prefix_removed');
  return text.slice(prefix.length);
}

/** A number that float32, in which models are trained, can hold too: training refuses a table with infinities. */
function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(Math.fround(value)) ? value : undefined;
}

function number(raw: string, report: Report): number | undefined {
  const text = present(raw);
  if (text === undefined) return undefined;
  const value = readNumber(text);
  if (value === undefined) report('number_unreadable_set_missing');
  return value;
}

function count(raw: string, report: Report): number | undefined {
  const value = number(raw, report);
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT)) return value;
  report('number_unreadable_set_missing');
  return undefined;
}

function within(
  value: number | undefined,
  minimum: number,
  maximum: number,
  reportOutside: () => void,
): number | undefined {
  if (value === undefined || (value >= minimum && value <= maximum)) return value;
  reportOutside();
  return undefined;
}

/** dd-mm-yyyy, of a day that exists. */
function date(raw: string, report: Report): string | undefined {
  const text = present(raw);
  if (text === undefined) return undefined;
  if (DATE.test(text)) return text;
  report('date_unreadable_set_missing');
  return undefined;
}

/** `HH:MM`, whatever way the file writes it. */
function time(raw: string, report: Report): string | undefined {
  const text = present(raw);
  if (text === undefined) return undefined;
  const minutes = minutesOfDay(text);
  if (minutes === undefined) {
    report('time_unreadable_set_missing');
    return undefined;
  }
  if (!text.includes(':')) report('time_from_day_fraction');
  else if (/^2[4-9]:/.test(text)) report('time_past_midnight');
  return formatMinutesOfDay(minutes);
}
