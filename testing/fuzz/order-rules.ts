/**
 * What docs/api.md allows in an order, written a second time on purpose: by hand, where the server compiles a schema.
 * The two are to agree on every input.
 */
import { ORDER_FIELDS, type OrderField } from '../../features/order.js';

type Rule = (value: unknown) => boolean;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const between =
  (low: number, high: number): Rule =>
  (value) =>
    isNumber(value) && value >= low && value <= high;
const isText: Rule = (value) => typeof value === 'string';
const isCount: Rule = (value) => isNumber(value) && Math.floor(value) === value && value >= 0;

function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || value.length !== 10 || value[2] !== '-' || value[5] !== '-') return false;
  const digits = value.slice(0, 2) + value.slice(3, 5) + value.slice(6);
  if ([...digits].some((digit) => !'0123456789'.includes(digit))) return false;
  const [day, month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4))];
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day >= 1 && day <= (days[month - 1] ?? 0);
}

function isTime(value: unknown): boolean {
  if (typeof value !== 'string') return between(0, 1)(value);
  const parts = value.split(':');
  if (parts.length === 1) {
    const [whole = '', fraction, ...more] = value.split('.');
    if (more.length > 0 || fraction === '') return false;
    const digits = [...(fraction ?? '')];
    if (whole === '1') return digits.every((digit) => digit === '0');
    return whole === '0' && digits.every((digit) => '0123456789'.includes(digit));
  }
  const limits = [23, 59, 59];
  return (
    parts.length <= 3 &&
    parts.every((part, index) => {
      const isPair = part.length === 2 && [...part].every((digit) => '0123456789'.includes(digit));
      return isPair && Number(part) <= (limits[index] ?? -1);
    })
  );
}

const RULES: Readonly<Record<OrderField, Rule>> = {
  ID: isText,
  Delivery_person_ID: isText,
  Delivery_person_Age: between(18, Number.MAX_VALUE),
  Delivery_person_Ratings: between(1, 5),
  Restaurant_latitude: between(6, 38),
  Restaurant_longitude: between(68, 98),
  Delivery_location_latitude: between(6, 38),
  Delivery_location_longitude: between(68, 98),
  Order_Date: isDate,
  Time_Orderd: isTime,
  Weather_conditions: isText,
  Road_traffic_density: isText,
  Vehicle_condition: isCount,
  Type_of_order: isText,
  Type_of_vehicle: isText,
  multiple_deliveries: isCount,
  Festival: isText,
  City: isText,
};

export const REQUIRED: readonly OrderField[] = [
  'Restaurant_latitude',
  'Restaurant_longitude',
  'Delivery_location_latitude',
  'Delivery_location_longitude',
];

/** The fields of `order` that are there and wrong, or are required and not there. */
export function wrongFields(order: object, required: readonly OrderField[] = REQUIRED): OrderField[] {
  return ORDER_FIELDS.filter((field) => {
    const value = new Map<string, unknown>(Object.entries(order)).get(field);
    if (value === undefined || value === null) return required.includes(field);
    return !RULES[field](value);
  });
}
