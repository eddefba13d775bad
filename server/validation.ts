/** Whether a body is an order, and if not, every field that is wrong. */
import { Compile } from 'typebox/compile';
import { ORDER_FIELDS, Order, type OrderField } from '../features/order.js';
import { describe } from './describe.js';
import type { FieldFault } from './errors.js';

const order = Compile(Order);
const fields = ORDER_FIELDS.map((name) => ({
  name,
  validator: Compile(Order.properties[name]),
  allowed: descriptionOf(name),
  required: (Order.required as readonly string[]).includes(name),
}));

/** Whether `body` is an order; keys that an order does not have are ignored. */
export function isOrder(body: unknown): body is Order {
  return order.Check(body);
}

/** Every wrong field of a body that is no order. */
export function fieldFaults(body: unknown): FieldFault[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return [{ path: '', given: describe(body), allowed: 'a JSON object with the fields of an order' }];
  }
  const given = new Map<string, unknown>(Object.entries(body));
  return fields.flatMap(({ name, validator, allowed, required }) => {
    const value = given.get(name);
    const right = value === undefined ? !required : validator.Check(value);
    return right ? [] : [{ path: `/${name}`, given: describe(value), allowed }];
  });
}

function descriptionOf(name: OrderField): string {
  const schema: object = Order.properties[name];
  return 'description' in schema ? String(schema.description) : '';
}
