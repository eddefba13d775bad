/** What the values of a dimension are called in a plot: short, each another, and in words that people use. */
import { MISSING_VALUE } from '../../slices.js';
import { label } from '../numbers.js';

/** `02 to 04` → `2–4`; its zero is there for sorting. */
export function told(dimension: string, value: string): string {
  if (dimension === 'missing_fields') return fieldsTold(value);
  if (dimension !== 'distance_km') return value;
  return value.replaceAll(/\b0(?=\d)/g, '').replace(' to ', '–');
}

/** Names of the axis below ordered values, where there is no room for words. */
export function onAxis(dimension: string, value: string): string {
  return value === MISSING_VALUE ? '?' : told(dimension, value);
}

/** The values, cut to so many characters; those that are then alike are numbered. */
export function shortLabels(values: readonly string[], characters: number): string[] {
  const seen = new Map<string, number>();
  return values.map((value) => {
    const short = label(value, characters);
    const times = (seen.get(short) ?? 0) + 1;
    seen.set(short, times);
    return times === 1 ? short : `${short} (${times})`;
  });
}

/** What a field of the order is called where there is room for a word. Both coordinates of a place are missing together. */
const SHORT: Partial<Record<string, string>> = {
  Delivery_person_Age: 'age',
  Delivery_person_Ratings: 'rating',
  Restaurant_latitude: 'restaurant',
  Restaurant_longitude: 'restaurant',
  Delivery_location_latitude: 'customer',
  Delivery_location_longitude: 'customer',
  Weather_conditions: 'weather',
  Road_traffic_density: 'traffic',
  Vehicle_condition: 'vehicle',
  multiple_deliveries: 'deliveries',
  Time_Orderd: 'time',
  Festival: 'festival',
  City: 'city',
};

function fieldsTold(value: string): string {
  return [...new Set(value.split(', ').map((field) => SHORT[field] ?? field))].join(', ');
}
