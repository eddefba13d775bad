/** The model card on the data: where it comes from, what was done to it, and how far it reaches. */
import { distanceKm } from '../../features/definitions.js';
import type { PartialOrder } from '../../features/order.js';
import { rangeOf } from './bins.js';
import type { Section } from './document.js';
import { count, fixed, percent } from './numbers.js';
import { columns } from './table.js';
import type { TrainedModel } from './trained-model.js';

/** Rows kept and rejected, the split, what the test orders span, and how often each field is missing. */
export function dataSection(model: TrainedModel): Section {
  const { cleaning, params } = model;
  const { test_size, random_state } = params.data_splitting;
  const missing = Object.entries(cleaning.missing).sort(([, a], [, b]) => b - a);
  return {
    title: 'Data',
    blocks: [
      {
        paragraph:
          `${cleaning.data_file}, SHA-256 ${cleaning.data_sha256}: ${count(cleaning.rows_in)} rows, of which ${count(cleaning.rows_kept)} were kept ` +
          `(${count(cleaning.rows_repaired)} after a repair) and ${count(cleaning.rows_rejected)} rejected. The target is Time_taken (min), the minutes as the ` +
          'data has them. A row is for testing by a hash of its ID ' +
          `(test size ${test_size}, seed ${random_state}): ${count(model.evaluation.all.rows)} rows, and none of them was trained on.`,
      },
      { list: reach(model) },
      {
        caption: 'Rows kept in which a field is missing',
        table: {
          columns: columns('field', 'rows#', 'share#'),
          rows: missing.map(([field, rows]) => [field, count(rows), percent(rows / cleaning.rows_kept)]),
        },
      },
    ],
  };
}

/** What the test orders span, and so about those for training: beyond it nothing is known. */
function reach({ test: { orders, actual } }: TrainedModel): string[] {
  const span = (values: readonly (number | null | undefined)[], decimals: number) => {
    const [least, greatest] = rangeOf(values.filter((value) => value != null));
    return least > greatest ? 'unknown' : `${fixed(least, decimals)} to ${fixed(greatest, decimals)}`;
  };
  const days = orders
    .map(dayOf)
    .filter((day) => day !== undefined)
    .sort();
  return [
    `Days: ${days[0] ?? 'unknown'} to ${days.at(-1) ?? 'unknown'}.`,
    `Minutes taken: ${span([...actual], 0)}.`,
    `Distance: ${span(
      orders.map((order) => distanceKm.value(order)),
      1,
    )} km.`,
    `Restaurants: latitude ${span(
      orders.map((order) => order.Restaurant_latitude),
      1,
    )}, longitude ${span(
      orders.map((order) => order.Restaurant_longitude),
      1,
    )} degrees.`,
    `Riders: ${span(
      orders.map((order) => order.Delivery_person_Age),
      0,
    )} years old.`,
  ].map((line) => `${line.slice(0, -1)} (test orders).`);
}

/** yyyy-mm-dd, which sorts. */
function dayOf({ Order_Date: date }: PartialOrder): string | undefined {
  return date?.split('-').reverse().join('-');
}
