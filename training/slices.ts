/** Errors by slice of the test rows: city, traffic, weather, hour, distance, and which inputs are missing. */
import Type from 'typebox';
import { inputsOf } from '../features/catalogue.js';
import { distanceKm } from '../features/definitions.js';
import type { PartialOrder } from '../features/order.js';
import { minutesOfDay } from '../features/time-of-day.js';
import type { TestOrders } from './test-set.js';

/** The errors of the test rows that have one value in common; minutes. */
export const Slice = Type.Object({
  value: Type.String(),
  rows: Type.Number(),
  mae: Type.Number(),
  /** Of `mae` as a mean over orders; null of a single row, which tells nothing of it. */
  mae_standard_error: Type.Union([Type.Number(), Type.Null()]),
  /** Predicted minus actual. */
  mean_residual: Type.Number(),
  largest_error: Type.Number(),
});
export type Slice = Type.Static<typeof Slice>;

/** What has no value in an order. */
export const MISSING_VALUE = 'missing';
/** Kilometres of a slice by distance, and from where on all are one. */
const DISTANCE_STEP_KM = 2;
const DISTANCE_LAST_KM = 40;

type ValueIn = (order: PartialOrder) => string;

/**
 * Dimension → its slices, sorted by their value.
 * @param residuals [rows] predicted minus actual, minutes
 */
export function slicesOf({ orders, encoder }: TestOrders, residuals: Float64Array): Record<string, Slice[]> {
  const inputs = inputsOf(encoder.features);
  const dimensions: Record<string, ValueIn> = {
    city: (order) => order.City ?? MISSING_VALUE,
    traffic: (order) => order.Road_traffic_density ?? MISSING_VALUE,
    weather: (order) => order.Weather_conditions ?? MISSING_VALUE,
    hour: hourOf,
    distance_km: distanceOf,
    missing_fields: (order) => inputs.filter((field) => order[field] === undefined).join(', ') || 'none',
  };
  return Object.fromEntries(
    Object.entries(dimensions).map(([name, valueIn]) => [name, sliceBy(valueIn, orders, residuals)]),
  );
}

function sliceBy(valueIn: ValueIn, orders: readonly PartialOrder[], residuals: Float64Array): Slice[] {
  const byValue = new Map<string, number[]>();
  for (const [row, order] of orders.entries()) {
    const value = valueIn(order);
    const slice = byValue.get(value);
    const residual = residuals[row] ?? Number.NaN;
    if (slice === undefined) byValue.set(value, [residual]);
    else slice.push(residual);
  }
  return [...byValue]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([value, slice]) => {
      const errors = slice.map(Math.abs);
      return {
        value,
        rows: slice.length,
        mae: mean(errors),
        mae_standard_error: standardError(errors),
        mean_residual: mean(slice),
        largest_error: errors.reduce((largest, error) => Math.max(largest, error), 0),
      };
    });
}

/** Of the mean, by the sample's own variance; null where there is none. */
export function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  const squares = values.reduce((total, value) => total + (value - middle) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/** NaN of no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function hourOf(order: PartialOrder): string {
  const minutes = order.Time_Orderd == null ? undefined : minutesOfDay(order.Time_Orderd);
  return minutes === undefined ? MISSING_VALUE : twoDigits(Math.floor(minutes / 60));
}

/** `02 to 04`, from the first kilometre on and without the last. */
function distanceOf(order: PartialOrder): string {
  const km = distanceKm.value(order);
  if (km == null) return MISSING_VALUE;
  if (km >= DISTANCE_LAST_KM) return `${DISTANCE_LAST_KM} and more`;
  const from = Math.floor(km / DISTANCE_STEP_KM) * DISTANCE_STEP_KM;
  return `${twoDigits(from)} to ${twoDigits(from + DISTANCE_STEP_KM)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
