import fc from 'fast-check';
import t, { type Test } from 'tap';
import { Compile } from 'typebox/compile';
import { CATALOGUE } from './catalogue.js';
import { date, FIXED, generatedOrder, latitude, longitude } from './fixtures/generated-orders.js';
import { OFFSET_FIELDS, ORDER_FIELDS, Order, type OrderField } from './order.js';
import { type CleanedOrder, cleanOrder, PICKED_COLUMN, type RawColumn, TARGET_COLUMN } from './raw-order.js';

type RawRow = Readonly<Record<RawColumn, string>>;

const ROW: RawRow = {
  ID: '0x1a2b',
  Delivery_person_ID: 'SAMPLEPUNERES01DEL01',
  Delivery_person_Age: '31',
  Delivery_person_Ratings: '4.7',
  Restaurant_latitude: '18.5204',
  Restaurant_longitude: '73.8567',
  Delivery_location_latitude: '18.5604',
  Delivery_location_longitude: '73.9067',
  Order_Date: '12-02-2022',
  Time_Orderd: '19:45',
  [PICKED_COLUMN]: '19:50',
  Weather_conditions: 'Fog',
  Road_traffic_density: 'Jam',
  Vehicle_condition: '2',
  Type_of_order: 'Snack',
  Type_of_vehicle: 'motorcycle',
  multiple_deliveries: '1',
  Festival: 'No',
  City: 'Metropolitian',
  [TARGET_COLUMN]: '24',
};
const COLUMNS = Object.keys(ROW) as RawColumn[];
const TIMES = ['Time_Orderd', PICKED_COLUMN] as const;
const COUNTS = ['Vehicle_condition', 'multiple_deliveries'] as const;
const RESTAURANT = ['Restaurant_latitude', 'Restaurant_longitude'] as const;
const CUSTOMER = ['Delivery_location_latitude', 'Delivery_location_longitude'] as const;

/** What becomes of a row that is right but for `change`, and which repairs were told. */
function clean(change: Partial<RawRow>): { cleaned: CleanedOrder; repairs: string[] } {
  const row = { ...ROW, ...change };
  const repairs: string[] = [];
  const cleaned = cleanOrder(
    (column) => row[column],
    (kind) => repairs.push(kind),
  );
  return { cleaned, repairs };
}

/** Claims that text in a column is read as `read`, undefined for missing, with these repairs and no others. */
function reads(t: Test, column: RawColumn, text: string, read: unknown, ...expected: string[]): void {
  const { cleaned, repairs } = clean({ [column]: text });
  if (cleaned.rejected !== undefined) t.fail(`${column} ${JSON.stringify(text)}: ${cleaned.rejected}`);
  else {
    const values = { ...cleaned.order, [PICKED_COLUMN]: cleaned.picked, [TARGET_COLUMN]: cleaned.minutes };
    t.strictSame([values[column], ...repairs], [read, ...expected], `${column} ${JSON.stringify(text)}`);
  }
}

/** Claims which coordinates are missing after a change, with these repairs and no others. */
function losesPlace(t: Test, change: Partial<RawRow>, lost: readonly OrderField[], ...expected: string[]): void {
  const { cleaned, repairs } = clean(change);
  const order = cleaned.rejected === undefined ? cleaned.order : {};
  const missing = [...RESTAURANT, ...CUSTOMER].filter((field) => order[field] === undefined);
  t.strictSame([...missing, ...repairs], [...lost, ...expected], JSON.stringify(change));
}

t.test('the columns that no request has are named as in the data set', async (t) => {
  t.strictSame([TARGET_COLUMN, PICKED_COLUMN], ['Time_taken (min)', 'Time_Order_picked']);
});

t.test('a row without faults is kept as it is', async (t) => {
  t.strictSame(clean({}), {
    repairs: [],
    cleaned: {
      minutes: 24,
      picked: '19:50',
      order: {
        ID: '0x1a2b',
        Delivery_person_ID: 'SAMPLEPUNERES01DEL01',
        Delivery_person_Age: 31,
        Delivery_person_Ratings: 4.7,
        Restaurant_latitude: 18.5204,
        Restaurant_longitude: 73.8567,
        Delivery_location_latitude: 18.5604,
        Delivery_location_longitude: 73.9067,
        Order_Date: '12-02-2022',
        Time_Orderd: '19:45',
        Weather_conditions: 'Fog',
        Road_traffic_density: 'Jam',
        Vehicle_condition: 2,
        Type_of_order: 'Snack',
        Type_of_vehicle: 'motorcycle',
        multiple_deliveries: 1,
        Festival: 'No',
        City: 'Metropolitian',
        Offset_latitude: undefined,
        Offset_longitude: undefined,
      },
    },
  });
});

t.test('NaN is missing in any case and with any spaces, as is an empty field; that is no repair', async (t) => {
  for (const text of ['NaN', 'NaN ', ' nan', '\tNAN ', '', '  ']) {
    const blank = Object.fromEntries(COLUMNS.map((column) => [column, text]));
    const order = Object.fromEntries([...ORDER_FIELDS, ...OFFSET_FIELDS].map((field) => [field, undefined]));
    const expected = { repairs: [], cleaned: { order, picked: undefined, minutes: 24 } };
    t.strictSame(clean({ ...blank, [TARGET_COLUMN]: '24' }), expected, JSON.stringify(text));
  }
});

t.test('spaces around a value are not part of it', async (t) => {
  for (const column of COLUMNS) {
    const plain = clean({});
    t.strictSame(clean({ [column]: ` ${ROW[column]}\t ` }), plain, column);
  }
});

t.test("the prefix 'conditions ' is taken off the weather", async (t) => {
  reads(t, 'Weather_conditions', 'conditions Fog', 'Fog', 'prefix_removed');
  reads(t, 'Weather_conditions', ' conditions  Sandstorms ', 'Sandstorms', 'prefix_removed');
  reads(t, 'Weather_conditions', 'conditions NaN', undefined, 'prefix_removed');
  reads(t, 'Weather_conditions', 'conditionsFog', 'conditionsFog');
});

t.test("the prefix '(min) ' is taken off the target", async (t) => {
  reads(t, TARGET_COLUMN, '(min) 24', 24, 'prefix_removed');
  reads(t, TARGET_COLUMN, ' (min)  24 ', 24, 'prefix_removed');
});

t.test('a negative coordinate loses its sign, told once a place', async (t) => {
  for (const column of [...RESTAURANT, ...CUSTOMER]) {
    reads(t, column, `-${ROW[column]}`, Number(ROW[column]), 'coordinate_sign_removed');
  }
  const bothNegative = { Restaurant_latitude: '-18.5204', Restaurant_longitude: '-73.8567' };
  t.strictSame(clean(bothNegative), { ...clean({}), repairs: ['coordinate_sign_removed'] });
});

t.test('a coordinate nearer to 0 than 1 degree is a placeholder: the place is missing, the other stays', async (t) => {
  for (const text of ['0', '0.0', '-0', '0.01', '0.999', '-0.5', '-0.999']) {
    for (const place of [RESTAURANT, CUSTOMER]) {
      for (const column of place) losesPlace(t, { [column]: text }, place, 'place_near_zero_set_missing');
    }
  }
});

t.test('a customer counted from a restaurant at (0, 0) keeps the way between them', async (t) => {
  const offsetOf = (latitude: string, longitude: string, from: readonly [string, string] = ['0', '0.0']) => {
    const { cleaned, repairs } = clean({
      Restaurant_latitude: from[0],
      Restaurant_longitude: from[1],
      Delivery_location_latitude: latitude,
      Delivery_location_longitude: longitude,
    });
    const order = cleaned.rejected === undefined ? cleaned.order : {};
    return [...OFFSET_FIELDS.map((field) => order[field]), ...repairs];
  };
  const noPlaces = ['place_near_zero_set_missing', 'place_near_zero_set_missing'];
  t.strictSame(offsetOf('0.05', '0.13'), [0.05, 0.13, ...noPlaces, 'offset_kept_of_missing_places']);
  t.strictSame(offsetOf('-0.05', '0', ['-0', '0']), [0.05, 0, ...noPlaces, 'offset_kept_of_missing_places']);
  t.strictSame(offsetOf('0', '0.13'), [0, 0.13, ...noPlaces, 'offset_kept_of_missing_places']);
  t.strictSame(offsetOf('0', '0'), [undefined, undefined, ...noPlaces], 'two placeholders');
  for (const restaurant of [
    ['0.01', '0'],
    ['0', '0.01'],
  ] as const) {
    t.strictSame(offsetOf('0.05', '0.13', restaurant), [undefined, undefined, ...noPlaces], 'no restaurant at (0, 0)');
  }
  for (const [latitude, longitude] of [
    ['0.05', '1'],
    ['1', '0.13'],
  ] as const) {
    t.strictSame(offsetOf(latitude, longitude), [undefined, undefined, ...noPlaces], 'no neighbour');
  }
  const halfKnown = [undefined, undefined, 'place_near_zero_set_missing', 'place_incomplete_set_missing'];
  t.strictSame(offsetOf('0.05', 'NaN'), halfKnown, 'half a customer');
  t.strictSame(offsetOf('18.5604', '73.9067'), [undefined, undefined, 'place_near_zero_set_missing'], 'a real place');
});

t.test('a place outside the range is missing, one on its edge is not', async (t) => {
  for (const place of [RESTAURANT, CUSTOMER]) {
    const [latitude, longitude] = place;
    for (const text of ['1', '5.99', '38.01']) {
      losesPlace(t, { [latitude]: text }, place, 'place_out_of_range_set_missing');
    }
    for (const text of ['1', '67.99', '98.01']) {
      losesPlace(t, { [longitude]: text }, place, 'place_out_of_range_set_missing');
    }
    for (const text of ['6', '38']) reads(t, latitude, text, Number(text));
    for (const text of ['68', '98']) reads(t, longitude, text, Number(text));
  }
});

t.test('half a place is none', async (t) => {
  for (const place of [RESTAURANT, CUSTOMER]) {
    for (const column of place) {
      losesPlace(t, { [column]: 'NaN' }, place, 'place_incomplete_set_missing');
      const repairs = ['number_unreadable_set_missing', 'place_incomplete_set_missing'];
      losesPlace(t, { [column]: '18°31' }, place, ...repairs);
    }
  }
});

t.test('a rider under 18 is a typing error, one of 18 is not', async (t) => {
  for (const text of ['15', '17.99', '0', '-31']) {
    reads(t, 'Delivery_person_Age', text, undefined, 'age_below_minimum_set_missing');
  }
  reads(t, 'Delivery_person_Age', '18', 18);
  reads(t, 'Delivery_person_Age', '18.0', 18);
  reads(t, 'Delivery_person_Age', '50', 50);
});

t.test('a rating outside 1 to 5 is a typing error', async (t) => {
  for (const text of ['6', '5.01', '0.9', '0', '-4.7']) {
    reads(t, 'Delivery_person_Ratings', text, undefined, 'rating_out_of_range_set_missing');
  }
  reads(t, 'Delivery_person_Ratings', '1', 1);
  reads(t, 'Delivery_person_Ratings', '5', 5);
});

t.test('a decimal is read to the last bit', async () => {
  const age = fc.double({ min: 18, max: 3e38, noNaN: true });
  fc.assert(
    fc.property(age, (value) => {
      const { cleaned } = clean({ Delivery_person_Age: String(value) });
      return cleaned.rejected === undefined && cleaned.order.Delivery_person_Age === value;
    }),
    FIXED,
  );
});

t.test('a decimal may lack its 0 and have an exponent', async (t) => {
  for (const text of ['31.5', '+31.5', '.315e2', '.315E+02', '3.15e1', '315e-1'])
    reads(t, 'Delivery_person_Age', text, 31.5);
  reads(t, 'Delivery_person_Age', '31.', 31);
});

t.test('a count is a whole number that the tables of the pipeline can hold', async (t) => {
  for (const column of COUNTS) {
    reads(t, column, '0', 0);
    reads(t, column, '3.0', 3);
    reads(t, column, '2147483647', 2_147_483_647);
    for (const text of ['1.5', '-1', '2147483648', '1e300', 'two']) {
      reads(t, column, text, undefined, 'number_unreadable_set_missing');
    }
  }
});

t.test('what is no number, or one beyond float32, is missing', async (t) => {
  for (const text of ['old', '31y', '0x20', '3,1', '1_0', '.', '-', '2e', '٣١', 'Infinity', '1e39', '-1e39', '1e999']) {
    reads(t, 'Delivery_person_Age', text, undefined, 'number_unreadable_set_missing');
  }
});

t.test('a date that the calendar lacks, or written otherwise, is missing', async (t) => {
  for (const text of ['29-02-2024', '29-02-0000', '31-12-9999']) reads(t, 'Order_Date', text, text);
  for (const text of ['29-02-2023', '31-04-2022', '00-01-2022', '2022-02-12', '12/02/2022', '12-02-22', 'today']) {
    reads(t, 'Order_Date', text, undefined, 'date_unreadable_set_missing');
  }
});

t.test('a time is HH:MM, whatever way the file writes it', async (t) => {
  for (const column of TIMES) {
    reads(t, column, '19:45:30', '19:45');
    reads(t, column, '9:05', '09:05');
    reads(t, column, '19:24:00', '19:24');
    reads(t, column, '0.833333333', '20:00', 'time_from_day_fraction');
    reads(t, column, '1', '00:00', 'time_from_day_fraction');
    reads(t, column, '24:05:00', '00:05', 'time_past_midnight');
    reads(t, column, '29:59', '05:59', 'time_past_midnight');
    for (const text of ['noon', '30:00', '12:60', '1.5', '-0.5']) {
      reads(t, column, text, undefined, 'time_unreadable_set_missing');
    }
  }
});

t.test('a row without a target is rejected', async (t) => {
  for (const text of ['', '  ', 'NaN ', 'nan', '(min) NaN', '(min) ']) {
    t.strictSame(clean({ [TARGET_COLUMN]: text }).cleaned, { rejected: 'target_missing' }, JSON.stringify(text));
  }
});

t.test('a row is rejected whose target is no number of minutes above 0', async (t) => {
  for (const text of ['abc', '-24', '0', '-0', '(min) 0', '24 min', '0x18', 'Infinity', '1e39']) {
    t.strictSame(clean({ [TARGET_COLUMN]: text }).cleaned, { rejected: 'target_unreadable' }, JSON.stringify(text));
  }
});

t.test('every repair of a row is told, each once', async (t) => {
  const { repairs } = clean({
    Delivery_person_Age: '15',
    Delivery_person_Ratings: '6',
    Restaurant_latitude: '-18.5',
    Delivery_location_latitude: '0',
    Order_Date: 'today',
    Time_Orderd: '0.5',
    [PICKED_COLUMN]: '24:05:00',
    Weather_conditions: 'conditions Fog',
    Vehicle_condition: 'good',
  });
  t.strictSame(repairs.sort(), [
    'age_below_minimum_set_missing',
    'coordinate_sign_removed',
    'date_unreadable_set_missing',
    'number_unreadable_set_missing',
    'place_near_zero_set_missing',
    'prefix_removed',
    'rating_out_of_range_set_missing',
    'time_from_day_fraction',
    'time_past_midnight',
  ]);
});

const sendable = Compile(Order);

t.test('whatever a row holds, what is kept of it with both places could be sent as a request', async (t) => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.double().map(String),
    fc.maxSafeInteger().map(String),
    fc.integer({ min: -60, max: 60 }).map((tenths) => String(tenths / 10)),
    fc.stringMatching(/^[+-]?[0-9]{0,3}\.?[0-9]{0,3}(?:[eE][+-]?[0-9]{1,3})?$/),
    fc.stringMatching(/^[0-3][0-9]-[0-1][0-9]-[0-9]{4}$/),
    fc.stringMatching(/^[0-3]?[0-9]:[0-6][0-9](?::[0-6][0-9])?$/),
    fc.stringMatching(/^(?:conditions |\(min\) | )?(?:NaN|nan|Fog|24)? ?$/),
    date,
  );
  const numberText = (value: fc.Arbitrary<number>) =>
    fc.oneof({ weight: 9, arbitrary: value.map(String) }, { weight: 1, arbitrary: anyText });
  const columns = Object.fromEntries(COLUMNS.map((column) => [column, anyText])) as Record<
    RawColumn,
    fc.Arbitrary<string>
  >;
  const row: fc.Arbitrary<RawRow> = fc.record({
    ...columns,
    Restaurant_latitude: numberText(latitude),
    Restaurant_longitude: numberText(longitude),
    Delivery_location_latitude: numberText(latitude),
    Delivery_location_longitude: numberText(longitude),
    [TARGET_COLUMN]: numberText(fc.constant(24)),
  });
  let compared = 0;
  fc.assert(
    fc.property(row, (raw) => {
      const { cleaned } = clean(raw);
      if (cleaned.rejected !== undefined) return true;
      const { order } = cleaned;
      if ([...RESTAURANT, ...CUSTOMER].some((field) => order[field] === undefined)) return true;
      compared += 1;
      return sendable.Check(JSON.parse(JSON.stringify(order)));
    }),
    { ...FIXED, numRuns: 3000 },
  );
  t.ok(compared > 1000, `${compared} orders were kept with both places`);
});

t.test('an order gives the same features whether it is sent or written into a file and cleaned', async () => {
  fc.assert(
    fc.property(generatedOrder(), (sent) => {
      const text = (column: RawColumn) =>
        column === TARGET_COLUMN || column === PICKED_COLUMN ? ROW[column] : String(sent[column] ?? 'NaN');
      const cleaned = cleanOrder(text, () => {});
      return CATALOGUE.every(
        (feature) =>
          cleaned.rejected === undefined && feature.value(cleaned.order) === (feature.value(sent) ?? undefined),
      );
    }),
    { ...FIXED, numRuns: 1000 },
  );
});
