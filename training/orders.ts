/** Cleaned orders as a table, and back: columns named as the order's fields, missing values null. */
import { OFFSET_FIELDS, ORDER_FIELDS, type PartialOrder } from '../features/order.js';
import type { Cell, Column, ColumnType, StageTable } from './table.js';

const FIELDS = [...ORDER_FIELDS, ...OFFSET_FIELDS];
type Field = (typeof FIELDS)[number];

const NUMBERS: Partial<Record<Field, ColumnType>> = {
  Delivery_person_Age: 'float64',
  Delivery_person_Ratings: 'float64',
  Restaurant_latitude: 'float64',
  Restaurant_longitude: 'float64',
  Delivery_location_latitude: 'float64',
  Delivery_location_longitude: 'float64',
  Offset_latitude: 'float64',
  Offset_longitude: 'float64',
  Vehicle_condition: 'int32',
  multiple_deliveries: 'int32',
};

/** The columns of `orders`, one a field. */
export function orderColumns(orders: readonly PartialOrder[]): Column[] {
  return FIELDS.map((field) => ({
    name: field,
    type: NUMBERS[field] ?? 'text',
    values: orders.map((order) => order[field]),
  }));
}

/** The orders of a table that `orderColumns` has made; a field that is missing is left out. */
export function ordersOf(table: StageTable): PartialOrder[] {
  const columns = FIELDS.map((field): [Field, Cell[]] => [field, table.cells(field, NUMBERS[field] ?? 'text')]);
  return Array.from({ length: table.rows }, (_, row) => {
    const order: Record<string, Cell> = {};
    for (const [field, cells] of columns) {
      const cell = cells[row];
      if (cell !== null && cell !== undefined) order[field] = cell;
    }
    return order as PartialOrder;
  });
}
