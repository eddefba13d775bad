/** The schema of the order as it is published: the one that validates, with what the served version makes of each field. */
import type { FittedFeature } from '../../features/encoder-state.js';
import type { Feature } from '../../features/feature.js';
import { ORDER_FIELDS, Order, type OrderField } from '../../features/order.js';
import { EXAMPLE_ORDER } from './example-order.js';

/** The version that answers, as far as the document speaks of it. */
export interface DocumentedVersion {
  readonly name: string;
  readonly version: number;
  readonly features: readonly Feature[];
  /** The words that its encoder has learned, by feature. */
  readonly fitted: readonly FittedFeature[];
}

/**
 * The schema of an order, with what the version makes of each field.
 * @param served the version that answers; without one no field is marked
 */
export function orderSchema(served: DocumentedVersion | undefined): object {
  const properties = ORDER_FIELDS.map((field) => [field, fieldSchema(field, served)] as const);
  return {
    ...Order,
    description: 'One order. Keys that are not named here are ignored; nothing is converted.',
    properties: Object.fromEntries(properties),
    examples: [EXAMPLE_ORDER],
  };
}

function fieldSchema(field: OrderField, served: DocumentedVersion | undefined): object {
  const schema: Readonly<Record<string, unknown>> = { ...Order.properties[field] };
  const { title, 'x-unit': unit, description } = schema;
  const sentences = [`${title}${unit === undefined ? '' : `, in ${unit}`}. Allowed: ${description}.`];
  const marks: Record<string, unknown> = {};
  if (served !== undefined) {
    const readers = served.features.filter((feature) => feature.inputs.includes(field));
    const names = readers.map(({ name }) => `\`${name}\``).join(', ');
    marks['x-model-input'] = readers.length > 0;
    sentences.push(
      readers.length > 0
        ? `Version ${served.version} reads it (${names}).`
        : `Version ${served.version} does not read it.`,
    );
    const words = knownWords(field, readers, served.fitted);
    if (words !== undefined) {
      marks['x-known-words'] = words;
      sentences.push('A word that is not among the known ones counts as missing.');
    }
  }
  return { ...schema, description: sentences.join(' '), ...marks, examples: [EXAMPLE_ORDER[field]] };
}

/** The words that count in a field, sorted; undefined where its words are not what a feature gives. */
function knownWords(
  field: OrderField,
  readers: readonly Feature[],
  fitted: readonly FittedFeature[],
): readonly string[] | undefined {
  for (const feature of readers) {
    const words = fitted.find(({ name }) => name === feature.name)?.categories;
    if (words?.every((word) => feature.value({ [field]: word }) === word)) return words.toSorted();
  }
  return undefined;
}
