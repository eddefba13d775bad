import t from 'tap';
import { ORDER_FIELDS } from '../features/order.js';
import { cleanOrder, PICKED_COLUMN, type RepairKind, TARGET_COLUMN } from '../features/raw-order.js';
import { SAMPLE_MARK } from '../features/sample-mark.js';
import { COLUMNS, SAMPLE_DEFAULTS, type SampleOptions, type SampleOrder, sampleOrders } from './sample-orders.js';

const { rows } = SAMPLE_DEFAULTS;
const samples = [SAMPLE_DEFAULTS.seed, 1, 2].map((seed) => ({ seed, orders: [...sampleOrders({ rows, seed })] }));
const everyOrder = samples.flatMap(({ orders }) => orders);

t.test('the columns are the fields of an order, the pick-up time and the target', async (t) => {
  t.equal(COLUMNS.length, 20);
  t.same(new Set<string>(COLUMNS), new Set([...ORDER_FIELDS, PICKED_COLUMN, TARGET_COLUMN]));
  t.same(Object.keys(everyOrder[0] ?? {}), COLUMNS, 'a row has them in this order');
});

t.test('the same seed gives the same rows, another seed others, and fewer rows are the first of more', async (t) => {
  const five = (options: Partial<SampleOptions>) => [...sampleOrders({ rows: 5, seed: 7, ...options })];
  t.same(five({}), five({}));
  t.notSame(five({}), five({ seed: 8 }));
  t.same(five({ rows: 9 }).slice(0, 5), five({}));
});

t.test('every rider carries the mark by which the pipeline knows a sample', async (t) => {
  const riders = everyOrder.map((order) => order.Delivery_person_ID);
  t.same(
    riders.filter(
      (rider) => !rider.startsWith(SAMPLE_MARK) || !/^[A-Z]+RES(?:0[1-9]|010|1[1-9]|20)DEL0[123]$/.test(rider),
    ),
    [],
  );
});

t.test('targets are whole minutes from 10 to 54, with the spread of the public ones', async (t) => {
  const minutes = everyOrder.map((order) => order['Time_taken (min)']);
  t.same(
    minutes.filter((text) => !/^(?:[1-4][0-9]|5[0-4])$/.test(text)),
    [],
  );
  const mean = minutes.reduce((sum, text) => sum + Number(text), 0) / minutes.length;
  const variance = minutes.reduce((sum, text) => sum + (Number(text) - mean) ** 2, 0) / minutes.length;
  t.ok(mean > 25 && mean < 28, `mean ${mean}`);
  t.ok(variance > 60 && variance < 90, `variance ${variance}`);
});

t.test('no identifier is there twice', async (t) => {
  for (const { orders } of samples) t.equal(new Set(orders.map((order) => order.ID)).size, rows);
});

t.test('no cell needs quoting and none is empty', async (t) => {
  const cells = everyOrder.flatMap((order) => Object.values(order));
  t.same(
    cells.filter((cell) => cell === '' || /[",\s]/.test(cell)),
    [],
  );
});

/** Shares of the rows, per mille, that are near those of the public data set: at least and at most. */
const DIRT: readonly [kind: string, atLeast: number, atMost: number, has: (order: SampleOrder) => boolean][] = [
  ['age missing', 35, 47, (o) => o.Delivery_person_Age === 'NaN'],
  ['rating missing', 36, 48, (o) => o.Delivery_person_Ratings === 'NaN'],
  ['age missing, rating not', 0, 0, (o) => o.Delivery_person_Age === 'NaN' && o.Delivery_person_Ratings !== 'NaN'],
  ['order time missing', 32, 44, (o) => o.Time_Orderd === 'NaN'],
  ['weather missing', 10, 18, (o) => o.Weather_conditions === 'NaN'],
  ['weather missing, order time not', 0, 0, (o) => o.Weather_conditions === 'NaN' && o.Time_Orderd !== 'NaN'],
  ['traffic missing', 9, 17, (o) => o.Road_traffic_density === 'NaN'],
  ['traffic missing, weather not', 0, 0, (o) => o.Road_traffic_density === 'NaN' && o.Weather_conditions !== 'NaN'],
  ['multiple deliveries missing', 17, 26, (o) => o.multiple_deliveries === 'NaN'],
  ['festival missing', 3, 8, (o) => o.Festival === 'NaN'],
  ['festival missing though slow', 0, 0, (o) => o.Festival === 'NaN' && Number(o['Time_taken (min)']) > 14],
  ['city type missing', 21, 32, (o) => o.City === 'NaN'],
  ['rating of 6, age of 50', 0.3, 2.5, (o) => o.Delivery_person_Ratings === '6' && o.Delivery_person_Age === '50'],
  ['rating of 1, age of 15', 0.2, 2, (o) => o.Delivery_person_Ratings === '1' && o.Delivery_person_Age === '15'],
  ['vehicle in condition 3', 8, 16, (o) => o.Vehicle_condition === '3'],
  ['bicycle', 0.4, 3, (o) => o.Type_of_vehicle === 'bicycle'],
  ['restaurant at 0,0', 60, 95, (o) => o.Restaurant_latitude === '0' && o.Restaurant_longitude === '0'],
  ['customer at 0.0x,0.0x', 60, 95, (o) => /^0\.(?:0[1-9]|1[134])$/.test(o.Delivery_location_latitude)],
  ['negative latitude', 6, 14, (o) => o.Restaurant_latitude.startsWith('-')],
  ['negative longitude', 2, 7, (o) => o.Restaurant_longitude.startsWith('-')],
  ['negative customer', 0, 0, (o) => o.Delivery_location_latitude.startsWith('-')],
  ['order time as a day fraction', 75, 105, (o) => /^0\.[0-9]+$/.test(o.Time_Orderd)],
  ['order time of midnight', 5, 14, (o) => o.Time_Orderd === '1'],
  ['picked up past midnight', 14, 25, (o) => /^24:(?:05|10|15):00$/.test(o.Time_Order_picked)],
  ['picked up on the hour', 75, 110, (o) => /^(?:0\.[0-9]+|1)$/.test(o.Time_Order_picked)],
  ['Metropolitian', 720, 770, (o) => o.City === 'Metropolitian'],
  ['Semi-Urban', 2, 6.5, (o) => o.City === 'Semi-Urban'],
  ['festival', 15, 25, (o) => o.Festival === 'Yes'],
  ['leap day', 10, 24, (o) => o.Order_Date === '29-02-2024'],
];

t.test('every fault of the public data set is there, as often as there and in the same company', async (t) => {
  for (const { seed, orders } of samples) {
    for (const [kind, atLeast, atMost, has] of DIRT) {
      const share = (1000 * orders.filter(has).length) / orders.length;
      t.ok(share >= atLeast && share <= atMost, `${kind}, seed ${seed}: ${share} per mille`);
    }
  }
});

t.test('cleaning understands every row, and repairs what is meant to be repaired', async (t) => {
  const repairs = new Map<RepairKind, number>();
  let rejected = 0;
  for (const order of everyOrder) {
    const cleaned = cleanOrder(
      (column) => order[column],
      (kind) => repairs.set(kind, (repairs.get(kind) ?? 0) + 1),
    );
    if (cleaned.rejected !== undefined) rejected++;
  }
  t.equal(rejected, 0);
  t.same([...repairs.keys()].sort(), [
    'age_below_minimum_set_missing',
    'coordinate_sign_removed',
    'offset_kept_of_missing_places',
    'place_near_zero_set_missing',
    'rating_out_of_range_set_missing',
    'time_from_day_fraction',
    'time_past_midnight',
  ]);
});

t.test('rows and seeds beyond the limits are refused', async (t) => {
  for (const wrong of [{ rows: 0 }, { rows: 1.5 }, { rows: 1_000_001 }, { seed: -1 }, { seed: 2 ** 32 }]) {
    t.throws(() => sampleOrders({ ...SAMPLE_DEFAULTS, ...wrong }).next(), RangeError, JSON.stringify(wrong));
  }
});
