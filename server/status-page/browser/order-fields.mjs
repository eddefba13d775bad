// @ts-check
/** The fields of the form, as the API document describes an order for the version that answers. */
import { byId, element } from './elements.mjs';

/**
 * @typedef {object} FieldSchema
 * @property {string} title
 * @property {string} [x-unit]
 * @property {string} [type]
 * @property {readonly FieldSchema[]} [anyOf]
 * @property {boolean} [x-model-input]
 * @property {readonly string[]} [x-known-words]
 *
 * @typedef {object} OrderSchema
 * @property {Readonly<Record<string, FieldSchema>>} properties
 * @property {readonly string[]} required
 * @property {readonly Readonly<Record<string, unknown>>[]} examples
 *
 * @typedef {object} Field
 * @property {string} name
 * @property {boolean} isNumber
 * @property {HTMLInputElement} input
 * @property {HTMLElement} fault
 */

/** @returns {Promise<OrderSchema>} */
export async function fetchOrderSchema() {
  const response = await fetch('openapi.json');
  if (!response.ok) throw new Error(`The API document cannot be had: ${response.status}.`);
  /** @type {{ readonly components: { readonly schemas: { readonly Order: OrderSchema } } }} */
  const { components } = await response.json();
  return components.schemas.Order;
}

/**
 * Puts the fields into the page, those that the version does not read behind the others, with the values of the example.
 * @param {OrderSchema} schema
 * @returns {readonly Field[]}
 */
export function showFields({ properties, required, examples }) {
  const [example = {}] = examples;
  const all = Object.entries(properties).map(([name, schema]) => {
    const isRequired = required.includes(name);
    return { schema, isRequired, ...fieldOf(name, schema, isRequired, String(example[name] ?? '')) };
  });
  const isRead = (/** @type {(typeof all)[number]} */ { schema, isRequired }) => isRequired || schema['x-model-input'];
  const known = all.some(({ schema }) => schema['x-model-input'] !== undefined);
  const shown = (known ? all.filter(isRead) : all).sort(
    (one, other) => Number(other.isRequired) - Number(one.isRequired),
  );
  const others = all.filter((field) => !shown.includes(field));
  const grid = element('div', { class: 'fields' }, ...shown.map(({ row }) => row));
  const rest = element(
    'details',
    { hidden: others.length === 0 },
    element('summary', {}, `${others.length} fields that this version does not read`),
    element('div', { class: 'fields' }, ...others.map(({ row }) => row)),
  );
  byId('order-fields', HTMLElement).replaceChildren(grid, rest);
  return [...shown, ...others].map(({ name, isNumber, input, fault }) => ({ name, isNumber, input, fault }));
}

/**
 * @param {string} name
 * @param {FieldSchema} schema
 * @param {boolean} isRequired
 * @param {string} value
 */
function fieldOf(name, schema, isRequired, value) {
  const isNumber = !typesOf(schema).includes('string');
  const words = schema['x-known-words'] ?? [];
  const input = element('input', {
    id: name,
    name,
    value,
    type: 'text',
    inputmode: isNumber ? 'decimal' : 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    required: isRequired,
    'aria-describedby': `${name}-fault`,
    ...(words.length > 0 && { list: `${name}-words` }),
  });
  const fault = element('p', { class: 'fault', id: `${name}-fault` });
  const unit = schema['x-unit'];
  const label = element('label', { for: name }, element('span', {}, schema.title));
  if (isRequired) label.firstElementChild?.append(element('span', { class: 'required', 'aria-hidden': 'true' }, ' *'));
  if (unit !== undefined) label.firstElementChild?.append(' ', element('small', {}, unit));
  const list = element('datalist', { id: `${name}-words` }, ...words.map((word) => element('option', { value: word })));
  const row = element('div', { class: 'field' }, label, input, fault, ...(words.length > 0 ? [list] : []));
  return { name, isNumber, input, fault, row };
}

/**
 * @param {FieldSchema} schema
 * @returns {string[]}
 */
function typesOf({ type, anyOf = [] }) {
  return [...(type === undefined ? [] : [type]), ...anyOf.flatMap(typesOf)];
}
