import fc from 'fast-check';
import t from 'tap';
import { CATALOGUE, selectFeatures } from './catalogue.js';
import { Encoder } from './encoder.js';
import { featureHash } from './encoder-state.js';
import type { Feature } from './feature.js';
import { FIXED, generatedOrder, WORDS } from './fixtures/generated-orders.js';
import { ORDER_FIELDS, type PartialOrder } from './order.js';

type TrainingRow = readonly [order: PartialOrder, minutes: number];

const CITY = selectFeatures(['city_type']);
const trainingRows = rowsOf(generatedOrder());

/** Few different minutes, so that words often have the same mean. */
function rowsOf(order: fc.Arbitrary<PartialOrder>): fc.Arbitrary<TrainingRow[]> {
  return fc.array(fc.tuple(order, fc.integer({ min: 10, max: 13 })), { minLength: 1, maxLength: 20 });
}

function fit(rows: readonly TrainingRow[], features: readonly Feature[] = CATALOGUE): Encoder {
  const minutes = rows.map((row) => row[1]);
  return Encoder.fit(features, (feature) => rows.map(([order]) => feature.value(order)), minutes);
}

function encode(encoder: Encoder, order: PartialOrder): Float32Array {
  const row = new Float32Array(encoder.columns.length);
  encoder.encode(order, row, 0);
  return row;
}

/** As `features.json` is written and read. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function bitsOf(row: Float32Array): string {
  return Buffer.from(row.buffer).toString('hex');
}

t.test('a row has a column for each feature, in the order in which they are listed', async (t) => {
  const encoder = fit(
    [[{ Delivery_person_Age: 30 }, 24]],
    selectFeatures(['vehicle_condition', 'rider_age', 'weather']),
  );
  t.strictSame(encoder.columns, ['vehicle_condition', 'rider_age', 'weather']);
  t.strictSame([...encode(encoder, { Delivery_person_Age: 30, Vehicle_condition: 2 })], [2, 30, -1]);
});

t.test('what is missing is -1, whether it is absent or null', async (t) => {
  const encoder = fit([[{ City: 'Urban', Festival: 'No' }, 24]]);
  const nulls = Object.fromEntries(ORDER_FIELDS.map((field) => [field, null]));
  for (const order of [{}, nulls]) t.ok(encode(encoder, order).every((value) => value === -1));
});

t.test('words are coded from 0 by the mean minutes of their rows, quickest first', async (t) => {
  const rows: TrainingRow[] = [
    [{ City: 'Urban' }, 20],
    [{ City: 'Metropolitian' }, 12],
    [{ City: 'Semi-Urban' }, 49],
    [{ City: null }, 1],
    [{ City: 'Metropolitian' }, 14],
    [{ City: 'Metropolitian' }, 13],
    [{ City: 'Urban' }, 30],
  ];
  const encoder = fit(rows, CITY);
  t.match(encoder.state.features, [{ name: 'city_type', categories: ['Metropolitian', 'Urban', 'Semi-Urban'] }]);
  for (const [City, code] of Object.entries({ Metropolitian: 0, Urban: 1, 'Semi-Urban': 2 })) {
    t.strictSame([...encode(encoder, { City })], [code], City);
  }
});

t.test('words of the same mean are coded in the order of their code units', async (t) => {
  const encoder = fit(
    ['b', 'é', 'B', 'a', 'b', ''].map((City) => [{ City }, 24]),
    CITY,
  );
  t.match(encoder.state.features, [{ categories: ['', 'B', 'a', 'b', 'é'] }]);
});

t.test('a word that was not in the training rows is -1', async (t) => {
  const encoder = fit(
    [{ City: 'Urban' }, { City: null }, {}].map((order) => [order, 24]),
    CITY,
  );
  t.strictSame([...encode(encoder, { City: 'Urban' })], [0]);
  for (const City of ['urban', 'Urban ', '', 'null', 'undefined', '0', 'constructor', 'toString', '__proto__']) {
    t.strictSame([...encode(encoder, { City })], [-1], JSON.stringify(City));
  }
});

t.test('words that were not in the training rows are counted by field; what is missing is none', async (t) => {
  const encoder = fit([[{ City: 'Urban', Festival: 'No', Delivery_person_Age: 30 }, 24]]);
  const counts = () => [...encoder.unknownWords].filter(([, count]) => count > 0);
  encode(encoder, { City: 'Urban', Festival: null, Delivery_person_Age: 31 });
  t.strictSame(counts(), []);
  encode(encoder, { City: 'urban', Festival: 'No' });
  encode(encoder, { City: 'Rural', Festival: 'Yes' });
  t.strictSame(counts().sort(), [
    ['City', 2],
    ['Festival', 1],
  ]);
  const fields = new Set<string>(ORDER_FIELDS);
  t.ok([...encoder.unknownWords.keys()].every((field) => fields.has(field)));
  t.notOk(encoder.unknownWords.has('Delivery_person_Age'), 'a number has no words');
});

t.test('a word that objects have for a key is a word like any other', async (t) => {
  const encoder = fit(
    ['__proto__', 'constructor'].map((City) => [{ City }, 24]),
    CITY,
  );
  const read = Encoder.fromState(throughJson(encoder.state));
  for (const [code, City] of ['__proto__', 'constructor'].entries()) t.strictSame([...encode(read, { City })], [code]);
});

t.test('the same training rows in any order give the same state, minutes being whole', async () => {
  const shuffled = trainingRows.chain((rows) =>
    fc.tuple(fc.constant(rows), fc.shuffledSubarray(rows, { minLength: rows.length })),
  );
  fc.assert(
    fc.property(shuffled, ([rows, others]) => JSON.stringify(fit(rows).state) === JSON.stringify(fit(others).state)),
    FIXED,
  );
});

t.test('an encoder read from features.json gives the same rows as the one that wrote it', async () => {
  const anyText = fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary', maxLength: 3 }));
  fc.assert(
    fc.property(rowsOf(generatedOrder(anyText)), generatedOrder(anyText), (rows, unknown) => {
      const encoder = fit(rows);
      const read = Encoder.fromState(throughJson(encoder.state));
      const known = rows.map(([order]) => order);
      return [...known, unknown].every((order) => bitsOf(encode(read, order)) === bitsOf(encode(encoder, order)));
    }),
    FIXED,
  );
});

t.test('encoding values one by one gives the row to the bit', async () => {
  fc.assert(
    fc.property(trainingRows, generatedOrder(), (rows, order) => {
      const encoder = fit(rows);
      const row = encode(encoder, order);
      return encoder.features.every((feature, index) =>
        Object.is(encoder.encodeValue(index, feature.value(order)), row[index]),
      );
    }),
    FIXED,
  );
});

t.test('there is no value to encode outside the columns', async (t) => {
  const encoder = fit([], CITY);
  for (const index of [-1, 1, 0.5]) {
    const message = `There is no column ${index}; there are 1.`;
    t.throws(() => encoder.encodeValue(index, 'Urban'), { name: 'RangeError', message });
  }
});

t.test('a row is written to its place and nowhere else', async () => {
  const untouched = 12345;
  fc.assert(
    fc.property(generatedOrder(), fc.nat(40), fc.nat(5), (order, offset, behind) => {
      const encoder = fit([[order, 24]]);
      const end = offset + encoder.columns.length;
      const out = new Float32Array(end + behind).fill(untouched);
      encoder.encode(order, out, offset);
      const outside = [...out.subarray(0, offset), ...out.subarray(end)];
      return bitsOf(out.slice(offset, end)) === bitsOf(encode(encoder, order)) && outside.every((x) => x === untouched);
    }),
    FIXED,
  );
});

t.test('a state that this program cannot keep to is refused with what is wrong', async (t) => {
  const { state } = fit([[{ City: 'Urban' }, 24]], selectFeatures(['rider_age', 'city_type']));
  const [age, city] = [
    { name: 'rider_age', revision: 1 },
    { name: 'city_type', revision: 1, categories: ['Urban'] },
  ];
  t.strictSame(throughJson(state), { format: 1, hash: featureHash([age, city]), features: [age, city] });

  const invalid = 'feature_state_invalid';
  const of = (...features: (typeof age)[]) => ({ format: 1, hash: featureHash(features), features });
  const refused: [state: unknown, code: string, message: RegExp][] = [
    [{ ...state, format: 2 }, invalid, /format 2.*format 1/],
    [{ ...state, hash: 'beef' }, invalid, /feature hash is beef.*edited/],
    [{ ...state, features: [city, age] }, invalid, /edited/],
    [{ ...of(age), features: [] }, invalid, /not what an encoder writes at '\/features'/],
    [{ ...state, features: [{ name: 'rider_age' }] }, invalid, /not what an encoder writes at '\/features\/0'/],
    [of({ ...age, revision: 0 }), invalid, /not what an encoder writes at '\/features\/0\/revision'/],
    [null, invalid, /not what an encoder writes at '\/'/],
    [
      of({ ...city, name: 'city_size' }),
      'feature_mismatch',
      /'city_size' revision 1.*does not have it.*Train it again/,
    ],
    [of(age, { ...city, revision: 2 }), 'feature_mismatch', /'city_type' revision 2.*has revision 1.*Train it again/],
    [of({ name: 'city_type', revision: 1 }), invalid, /lacks the categories of 'city_type'/],
    [of({ ...city, name: 'rider_age' }), invalid, /has categories of 'rider_age', which is a number/],
    [of(age, age), 'duplicate_feature', /'rider_age'/],
  ];
  for (const [wrong, code, message] of refused) {
    t.throws(() => Encoder.fromState(wrong), { name: 'FeatureError', code, message }, String(message));
  }
});

t.test('the feature hash depends on names, revisions and their order, and on nothing else', async (t) => {
  const a = { name: 'a', revision: 1 };
  const b = { name: 'b', revision: 1 };
  const hash = featureHash([a, b]);
  t.equal(featureHash([{ ...a, categories: ['x'] } as typeof a, { revision: 1, name: 'b' }]), hash);
  const others = [[b, a], [a], [a, b, b], [a, { ...b, name: 'c' }], [a, { ...b, revision: 2 }], []];
  t.equal(new Set([hash, ...others.map(featureHash)]).size, others.length + 1);
});

t.test('the feature hash of a list stays what it was for the models that carry it', async (t) => {
  t.equal(
    featureHash([
      { name: 'rider_age', revision: 1 },
      { name: 'weather', revision: 3 },
    ]),
    'fbe7426da3d417d622ca74e251f0729538650ba491e8e60ac6a57ab9ea3ecafa',
  );
});
