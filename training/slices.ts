/** Errors by slice of the test rows: city, traffic, weather, hour, and which inputs are missing. */
import { inputsOf } from '../features/catalogue.js';
import type { PartialOrder } from '../features/order.js';
import { minutesOfDay } from '../features/time-of-day.js';
import type { TestOrders } from './test-set.js';

export interface Slice {
  readonly value: string;
  readonly rows: number;
  readonly mae: number;
  /** Predicted minus actual. */
  readonly mean_residual: number;
  readonly largest_error: number;
}

type ValueIn = (order: PartialOrder) => string;

/** @param residuals [rows] predicted minus actual, minutes */
export function slicesOf({ orders, encoder }: TestOrders, residuals: Float64Array): Record<string, Slice[]> {
  const inputs = inputsOf(encoder.features);
  const dimensions: Record<string, ValueIn> = {
    city: (order) => order.City ?? 'missing',
    traffic: (order) => order.Road_traffic_density ?? 'missing',
    weather: (order) => order.Weather_conditions ?? 'missing',
    hour: hourOf,
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
    .map(([value, slice]) => ({
      value,
      rows: slice.length,
      mae: mean(slice.map(Math.abs)),
      mean_residual: mean(slice),
      largest_error: slice.reduce((largest, residual) => Math.max(largest, Math.abs(residual)), 0),
    }));
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function hourOf(order: PartialOrder): string {
  const minutes = order.Time_Orderd == null ? undefined : minutesOfDay(order.Time_Orderd);
  return minutes === undefined ? 'missing' : String(Math.floor(minutes / 60)).padStart(2, '0');
}
