/**
 * `npm run record-features`: writes down what each feature gives for the fixed orders, for a test to hold it to.
 * Only what is not recorded yet is added. A record is what models were trained on: no later change of code alters it.
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CATALOGUE } from './catalogue.js';
import type { Feature } from './feature.js';
import type { PartialOrder } from './order.js';

/** By the name of the order. */
export type Orders = Readonly<Record<string, PartialOrder>>;
/** What a feature gives, by the name of the order; null where it is missing. */
type Values = Readonly<Record<string, number | string | null>>;
/** By `name@revision` of the feature. */
export type Records = Readonly<Record<string, Values>>;

// As seen from dist/features/.
const ORDERS = fileURLToPath(new URL('../../features/fixtures/orders.json', import.meta.url));
const RECORDS = fileURLToPath(new URL('../../features/fixtures/revisions.json', import.meta.url));

/** The orders of `features/fixtures/orders.json`. */
export function readOrders(): Orders {
  return JSON.parse(readFileSync(ORDERS, 'utf8')) as Orders;
}

/** What is recorded in `features/fixtures/revisions.json`. */
export function readRecords(): Records {
  return JSON.parse(readFileSync(RECORDS, 'utf8')) as Records;
}

/** `records`, and after them what the features give whose revision is not recorded yet. */
export function withUnrecorded(records: Records, features: readonly Feature[], orders: Orders): Records {
  const fresh = features.filter((feature) => records[keyOf(feature)] === undefined);
  return { ...records, ...Object.fromEntries(fresh.map((feature) => [keyOf(feature), valuesOf(feature, orders)])) };
}

/** A sentence for each feature that is not what is recorded of its revision, with what to do about it. */
export function recordFaults(records: Records, features: readonly Feature[], orders: Orders): string[] {
  return features.flatMap((feature) => {
    const key = keyOf(feature);
    const recorded = records[key];
    if (recorded === undefined) return [`${key} is not recorded: npm run record-features, and commit the record.`];
    const values = valuesOf(feature, orders);
    return Object.keys({ ...recorded, ...values })
      .filter((order) => !isSame(values[order], recorded[order]))
      .map(
        (order) =>
          `${key} of the order '${order}' is ${values[order]} and was ${recorded[order]}: ` +
          'undo the change, or raise the revision and then npm run record-features.',
      );
  });
}

function keyOf({ name, revision }: Feature): string {
  return `${name}@${revision}`;
}

function valuesOf(feature: Feature, orders: Orders): Values {
  return Object.fromEntries(Object.entries(orders).map(([name, order]) => [name, feature.value(order) ?? null]));
}

/** Numbers count as float32, as models see them: the last bits of a sine may differ from one Node to the next. */
function isSame(value: Values[string] | undefined, recorded: Values[string] | undefined): boolean {
  if (typeof value !== 'number' || typeof recorded !== 'number') return value === recorded;
  return Math.fround(value) === Math.fround(recorded);
}

// features/ imports nothing of ours, so it has its own way to tell that this file was started and not imported.
if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const records = readRecords();
  const completed = withUnrecorded(records, CATALOGUE, readOrders());
  writeFileSync(RECORDS, `${JSON.stringify(completed, null, 2)}\n`);
  const added = Object.keys(completed).filter((key) => records[key] === undefined);
  console.log(added.length === 0 ? 'Every feature is recorded.' : `Recorded: ${added.join(', ')}.`);
}
