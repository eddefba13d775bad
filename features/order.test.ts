import fc from 'fast-check';
import t, { type Test } from 'tap';
import { Compile } from 'typebox/compile';
import { FIXED, generatedOrder } from './fixtures/generated-orders.js';
import { ORDER_FIELDS, Order, type OrderField } from './order.js';

const validator = Compile(Order);
const coordinates = {
  Restaurant_latitude: 18.52,
  Restaurant_longitude: 73.86,
  Delivery_location_latitude: 18.56,
  Delivery_location_longitude: 73.9,
};
const REQUIRED = Object.keys(coordinates) as OrderField[];
const LATITUDES = ['Restaurant_latitude', 'Delivery_location_latitude'] as const;
const LONGITUDES = ['Restaurant_longitude', 'Delivery_location_longitude'] as const;
const COUNTS = ['Vehicle_condition', 'multiple_deliveries'] as const;
const NUMBERS = [...LATITUDES, ...LONGITUDES, ...COUNTS, 'Delivery_person_Age', 'Delivery_person_Ratings'] as const;
const TEXTS = [
  'ID',
  'Delivery_person_ID',
  'Weather_conditions',
  'Road_traffic_density',
  'Type_of_order',
  'Type_of_vehicle',
  'Festival',
  'City',
] as const;

/** Whether an order that is right otherwise may have this value there. */
function allows(field: OrderField, value: unknown): boolean {
  return validator.Check({ ...coordinates, [field]: value });
}

function claim(t: Test, field: OrderField, { allowed, refused }: Record<'allowed' | 'refused', unknown[]>): void {
  for (const value of allowed) t.ok(allows(field, value), `${field} may be ${JSON.stringify(value)}`);
  for (const value of refused) t.notOk(allows(field, value), `${field} may not be ${JSON.stringify(value)}`);
}

t.test('an order has the 18 fields that a request has, in the order of the public file', async (t) => {
  t.strictSame(ORDER_FIELDS.join(' ').split(' '), [
    'ID',
    'Delivery_person_ID',
    'Delivery_person_Age',
    'Delivery_person_Ratings',
    'Restaurant_latitude',
    'Restaurant_longitude',
    'Delivery_location_latitude',
    'Delivery_location_longitude',
    'Order_Date',
    'Time_Orderd',
    'Weather_conditions',
    'Road_traffic_density',
    'Vehicle_condition',
    'Type_of_order',
    'Type_of_vehicle',
    'multiple_deliveries',
    'Festival',
    'City',
  ]);
});

t.test('every combination of right values, of null and of absence is an order', async () => {
  fc.assert(
    fc.property(generatedOrder(fc.string({ unit: 'binary' })), (order) => validator.Check(order)),
    FIXED,
  );
});

t.test('the four coordinates are required', async (t) => {
  t.ok(validator.Check(coordinates));
  for (const field of REQUIRED) {
    const { [field]: _, ...others } = { ...coordinates } as Record<OrderField, number>;
    t.notOk(validator.Check(others), `${field} absent`);
    t.notOk(allows(field, null), `${field} null`);
  }
});

t.test('every other field may be null', async (t) => {
  const optional = ORDER_FIELDS.filter((field) => !REQUIRED.includes(field));
  t.equal(optional.length, 14);
  for (const field of optional) t.ok(allows(field, null), field);
});

t.test('keys that no order has are ignored', async (t) => {
  t.ok(validator.Check({ ...coordinates, Time_Order_picked: 3, 'Time_taken (min)': [], city: null }));
  t.ok(validator.Check(JSON.parse(JSON.stringify({ ...coordinates, x: 0 }).replace('x', '__proto__'))));
});

t.test('what is no object is no order', async (t) => {
  for (const value of [undefined, null, 1, 'order', [], [coordinates]]) t.notOk(validator.Check(value), String(value));
});

t.test('limits belong to what is allowed', async (t) => {
  for (const field of LATITUDES) claim(t, field, { allowed: [6, 38], refused: [5.999999, 38.000001, -18.52, 0] });
  for (const field of LONGITUDES) claim(t, field, { allowed: [68, 98], refused: [67.999999, 98.000001, -73.86, 0] });
  claim(t, 'Delivery_person_Age', { allowed: [18, 18.5, 99], refused: [17.999999, 15, 0, -18] });
  claim(t, 'Delivery_person_Ratings', { allowed: [1, 4.7, 5], refused: [0.999999, 5.000001, 6, 0, -1] });
  for (const field of COUNTS) claim(t, field, { allowed: [0, 1, 2.0, 1000], refused: [-1, 0.5] });
});

t.test('infinities and NaN are no numbers', async (t) => {
  for (const field of [...NUMBERS, 'Time_Orderd'] as const) {
    claim(t, field, { allowed: [], refused: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN] });
  }
});

t.test('a value of another type is refused, not converted', async (t) => {
  for (const field of NUMBERS) claim(t, field, { allowed: [], refused: ['20', '4', true, '', [20], {}] });
  for (const field of TEXTS) claim(t, field, { allowed: ['', 'NaN', 'any'], refused: [1, true, ['any'], {}] });
  claim(t, 'Order_Date', { allowed: [], refused: [12022022, true, ['12-02-2022'], {}] });
  claim(t, 'Time_Orderd', { allowed: [], refused: [true, ['20:00'], {}] });
});

t.test('a date is allowed when the calendar has it', async (t) => {
  const agrees = (day: number, month: number, year: number) => {
    const date = `${pad(day, 2)}-${pad(month, 2)}-${pad(year, 4)}`;
    return allows('Order_Date', date) === calendarHas(day, month, year);
  };
  const upTo = (last: number) => Array.from({ length: last + 1 }, (_, number) => number);
  const leapDays = upTo(9999).filter((year) => !agrees(29, 2, year));
  t.strictSame(leapDays, [], 'years whose February is taken to be longer or shorter than it is');
  for (const year of [0, 1900, 2000, 2023, 2024, 9999]) {
    const months = upTo(99).filter((month) => !upTo(99).every((day) => agrees(day, month, year)));
    t.strictSame(months, [], `months of ${year}`);
  }
  fc.assert(fc.property(fc.nat(40), fc.nat(15), fc.nat(9999), agrees), FIXED);
});

t.test('a date is written dd-mm-yyyy and no other way', async (t) => {
  claim(t, 'Order_Date', {
    allowed: ['12-02-2022'],
    refused: ['2022-02-12', '12/02/2022', '12-2-2022', '12-02-22', ' 12-02-2022', '12-02-2022\n', '12-02-20222', ''],
  });
});

t.test('a time is HH:MM, HH:MM:SS or a fraction of a day', async (t) => {
  claim(t, 'Time_Orderd', {
    allowed: ['00:00', '09:59', '19:05', '23:59', '00:00:00', '23:59:59', '0', '0.5', '0.833333333', '1', '1.0'],
    refused: ['24:00', '24:05:00', '9:30', '12:60', '12:00:60', '12', '12:', '12:5', '12:00:5', '20:00 ', '20:00\n'],
  });
  claim(t, 'Time_Orderd', {
    allowed: [0, 0.5, 0.833333333, 1],
    refused: ['', '.5', '0.', '1.', '1.5', '1.01', '2', '-0.5', '5e-1', '00', '٢٠:٠٠', -0.000001, 1.000001, 20],
  });
});

t.test('every field tells what it allows, its limits among it', async (t) => {
  const told = new Map(ORDER_FIELDS.map((field) => [field, descriptionOf(Order.properties[field])]));
  const expected: [readonly OrderField[], RegExp][] = [
    [LATITUDES, /^a number of degrees from 6 to 38$/],
    [LONGITUDES, /^a number of degrees from 68 to 98$/],
    [COUNTS, /^a whole number, 0 or more, or null$/],
    [TEXTS, /^a string, or null$/],
    [['Delivery_person_Age'], /^a number .*18 or more, or null$/],
    [['Delivery_person_Ratings'], /^a number from 1 to 5, or null$/],
    [['Order_Date'], /^a date that exists, as dd-mm-yyyy, or null$/],
    [['Time_Orderd'], /HH:MM.*HH:MM:SS.*fraction of a day from 0 to 1.*, or null$/],
  ];
  t.equal(expected.flatMap(([fields]) => fields).length, ORDER_FIELDS.length);
  for (const [fields, description] of expected)
    for (const field of fields) t.match(told.get(field), description, field);
});

function descriptionOf(schema: object): unknown {
  return 'description' in schema ? schema.description : undefined;
}

function calendarHas(day: number, month: number, year: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
