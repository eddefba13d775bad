import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import { readParams } from '../config/params.js';
import { CATALOGUE, inputsOf, selectFeatures } from './catalogue.js';
import { FIXED, generatedOrder } from './fixtures/generated-orders.js';

const PARAMS = new URL('../../params.yaml', import.meta.url).pathname;
const DEFINITIONS = new URL('../../features/definitions/', import.meta.url);

t.test('features are selected by name, in the order asked for', async (t) => {
  const selected = selectFeatures(['weather', 'distance_km', 'city_type']);
  t.strictSame(
    selected.map((feature) => feature.name),
    ['weather', 'distance_km', 'city_type'],
  );
});

t.test('the list that params.yaml comes with can be selected', async (t) => {
  const { features } = readParams(PARAMS);
  t.strictSame(
    selectFeatures(features).map((feature) => feature.name),
    features,
  );
});

t.test('a feature that there is not is refused with its name and those that there are', async (t) => {
  for (const name of ['rider_mood', 'Weather', '', 'constructor']) {
    t.throws(() => selectFeatures(['weather', name]), {
      name: 'FeatureError',
      code: 'unknown_feature',
      message: `There is no feature '${name}'. Those there are: ${CATALOGUE.map((feature) => feature.name).join(', ')}.`,
    });
  }
});

t.test('a feature listed twice is refused with its name', async (t) => {
  t.throws(() => selectFeatures(['weather', 'traffic', 'weather']), {
    code: 'duplicate_feature',
    message: "The feature 'weather' is listed twice.",
  });
});

t.test('each file of features/definitions/ is a feature in the catalogue, which is named after it', async (t) => {
  const files = readdirSync(DEFINITIONS).map((file) => file.replace(/\.ts$/, '').replaceAll('-', '_'));
  t.strictSame(CATALOGUE.map((feature) => feature.name).sort(), files.sort());
});

t.test('no two features have the same name, and revisions count from 1', async (t) => {
  t.equal(new Set(CATALOGUE.map((feature) => feature.name)).size, CATALOGUE.length);
  for (const { name, revision } of CATALOGUE) t.ok(Number.isInteger(revision) && revision >= 1, name);
});

t.test('of a request, a feature reads the fields that it names as its inputs, all of them and no other', async (t) => {
  for (const feature of CATALOGUE) {
    const read = new Set<string>();
    const noting: ProxyHandler<object> = { get: (target, key) => read.add(String(key)) && Reflect.get(target, key) };
    fc.assert(
      fc.property(generatedOrder(), (order) => {
        feature.value(new Proxy(order, noting));
      }),
      FIXED,
    );
    t.strictSame([...read].sort(), [...feature.inputs].sort(), feature.name);
  }
});

t.test('inputs that features share are named once', async (t) => {
  t.strictSame(inputsOf(selectFeatures(['rider_age', 'weather'])), ['Delivery_person_Age', 'Weather_conditions']);
  t.equal(inputsOf([...CATALOGUE, ...CATALOGUE]).length, inputsOf(CATALOGUE).length);
});
