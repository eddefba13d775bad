/**
 * A raw CSV row becomes an order: the traps of the public data set and its copies are known here and nowhere else.
 * What is repaired or set to missing is told by kind, so that cleaning can count it; nothing is changed silently.
 */
import { CALENDAR_DATE, type OrderField, type PartialOrder, RIDER_AGE_MINIMUM, RIDER_RATING } from './order.js';
import { cleanPlace, offsetOf, type PlaceRepair } from './raw-place.js';
import { formatMinutesOfDay, minutesOfDay } from './time-of-day.js';

/** The columns of the data set that are no fields of a request. */
export const TARGET_COLUMN = 'Time_taken (min)';
/** When the rider took the order up, a time of day. */
export const PICKED_COLUMN = 'Time_Order_picked';

/**
 * What was done to a row that is kept: a value read although it was spelled otherwise, or set to missing since it
 * cannot be.
 */
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

/** Why a row is not kept: without its minutes, a number above 0, it teaches nothing. */
export type RejectReason = 'target_missing' | 'target_unreadable';

/** What became of a raw row. */
export type CleanedOrder =
  | { readonly rejected: RejectReason }
  | (RawOrder & {
      readonly rejected?: undefined;
      /** The target: minutes from the order's acceptance to its delivery. */
      readonly minutes: number;
    });

/** Told what was done, and to which column; of a place, to the first of its two. */
type Report = (kind: RepairKind, column: RawColumn) => void;
/** A column of the data set. */
export type RawColumn = OrderField | typeof TARGET_COLUMN | typeof PICKED_COLUMN;
/** The text of a column in this row. */
export type RawField = (column: RawColumn) => string;

const NUMBER = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const DATE = new RegExp(CALENDAR_DATE);
const LARGEST_COUNT = 2 ** 31 - 1;

/** What a row tells apart from how long its delivery took. */
export interface RawOrder {
  readonly order: PartialOrder;
  /** When the rider took the order up, `HH:MM`: known after the fact only, so no field of a request. */
  readonly picked: string | undefined;
}

/**
 * A row of which the target is known, to learn from.
 * @param field the raw text of a column of this row
 * @param report is told each repair
 */
export function cleanOrder(field: RawField, report: Report): CleanedOrder {
  const target = present(withoutPrefix(field, TARGET_COLUMN, '(min) ', report));
  if (target === undefined) return { rejected: 'target_missing' };
  const minutes = readNumber(target);
  if (minutes === undefined || minutes <= 0) return { rejected: 'target_unreadable' };
  return { ...readRawOrder(field, report), minutes };
}

/**
 * The order of a row, whether or not its target is known.
 * @param field the raw text of a column of this row; '' where the file does not have the column
 * @param report is told each repair
 */
export function readRawOrder(field: RawField, report: Report): RawOrder {
  const rawRestaurant = {
    latitude: number(field, 'Restaurant_latitude', report),
    longitude: number(field, 'Restaurant_longitude', report),
  };
  const rawCustomer = {
    latitude: number(field, 'Delivery_location_latitude', report),
    longitude: number(field, 'Delivery_location_longitude', report),
  };
  const restaurant = cleanPlace(rawRestaurant, (kind) => report(kind, 'Restaurant_latitude'));
  const customer = cleanPlace(rawCustomer, (kind) => report(kind, 'Delivery_location_latitude'));
  const offset = offsetOf(rawRestaurant, rawCustomer, (kind) => report(kind, 'Delivery_location_latitude'));
  const order: PartialOrder = {
    ID: present(field('ID')),
    Delivery_person_ID: present(field('Delivery_person_ID')),
    Delivery_person_Age: within(
      number(field, 'Delivery_person_Age', report),
      RIDER_AGE_MINIMUM,
      Number.POSITIVE_INFINITY,
      () => report('age_below_minimum_set_missing', 'Delivery_person_Age'),
    ),
    Delivery_person_Ratings: within(
      number(field, 'Delivery_person_Ratings', report),
      RIDER_RATING.minimum,
      RIDER_RATING.maximum,
      () => report('rating_out_of_range_set_missing', 'Delivery_person_Ratings'),
    ),
    Restaurant_latitude: restaurant?.latitude,
    Restaurant_longitude: restaurant?.longitude,
    Delivery_location_latitude: customer?.latitude,
    Delivery_location_longitude: customer?.longitude,
    Order_Date: date(field, 'Order_Date', report),
    Time_Orderd: time(field, 'Time_Orderd', report),
    Weather_conditions: present(withoutPrefix(field, 'Weather_conditions', 'conditions ', report)),
    Road_traffic_density: present(field('Road_traffic_density')),
    Vehicle_condition: count(field, 'Vehicle_condition', report),
    Type_of_order: present(field('Type_of_order')),
    Type_of_vehicle: present(field('Type_of_vehicle')),
    multiple_deliveries: count(field, 'multiple_deliveries', report),
    Festival: present(field('Festival')),
    City: present(field('City')),
    Offset_latitude: offset?.latitude,
    Offset_longitude: offset?.longitude,
  };
  return { order, picked: time(field, PICKED_COLUMN, report) };
}

/** The text without spaces around it; undefined for the file's ways of saying that there is none. */
function present(raw: string): string | undefined {
  const text = raw.trim();
  return text === '' || text.toLowerCase() === 'nan' ? undefined : text;
}

function withoutPrefix(field: RawField, column: RawColumn, prefix: string, report: Report): string {
  const raw = field(column);
  const text = raw.trimStart();
  if (!text.startsWith(prefix)) return raw;
  report('prefix_removed', column);
  return text.slice(prefix.length);
}

/** A number that float32, in which models are trained, can hold too: training refuses a table with infinities. */
function readNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(Math.fround(value)) ? value : undefined;
}

function number(field: RawField, column: RawColumn, report: Report): number | undefined {
  const text = present(field(column));
  if (text === undefined) return undefined;
  const value = readNumber(text);
  if (value === undefined) report('number_unreadable_set_missing', column);
  return value;
}

function count(field: RawField, column: RawColumn, report: Report): number | undefined {
  const value = number(field, column, report);
  if (value === undefined || (Number.isInteger(value) && value >= 0 && value <= LARGEST_COUNT)) return value;
  report('number_unreadable_set_missing', column);
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
function date(field: RawField, column: RawColumn, report: Report): string | undefined {
  const text = present(field(column));
  if (text === undefined) return undefined;
  if (DATE.test(text)) return text;
  report('date_unreadable_set_missing', column);
  return undefined;
}

/** `HH:MM`, whatever way the file writes it. */
function time(field: RawField, column: RawColumn, report: Report): string | undefined {
  const text = present(field(column));
  if (text === undefined) return undefined;
  const minutes = minutesOfDay(text);
  if (minutes === undefined) {
    report('time_unreadable_set_missing', column);
    return undefined;
  }
  if (!text.includes(':')) report('time_from_day_fraction', column);
  else if (/^2[4-9]:/.test(text)) report('time_past_midnight', column);
  return formatMinutesOfDay(minutes);
}
