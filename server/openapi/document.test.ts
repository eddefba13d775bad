import t from 'tap';
import { selectFeatures } from '../../features/catalogue.js';
import { ORDER_FIELDS } from '../../features/order.js';
import { type ApiDocument, DocumentJudge, fetchApiDocument } from '../../testing/api-document.js';
import { postOrder, startTestServer } from '../../testing/test-server.js';
import { HttpServer } from '../http.js';
import { openApiRoute } from '../routes/openapi.js';
import { Serving } from '../serving.js';
import { openApiResource } from './document.js';

const COORDINATES = [
  'Restaurant_latitude',
  'Restaurant_longitude',
  'Delivery_location_latitude',
  'Delivery_location_longitude',
];

const { url } = await startTestServer(t);
const served = await fetchApiDocument(url);
const fieldsOf = ({ components }: ApiDocument) => Object.entries(components.schemas.Order.properties);
const marked = (document: ApiDocument) =>
  fieldsOf(document).flatMap(([field, schema]) => (schema['x-model-input'] === true ? [field] : []));

t.test('all fields of an order are described, with their units; only the four coordinates are required', async (t) => {
  t.strictSame(
    fieldsOf(served).map(([field]) => field),
    ORDER_FIELDS,
  );
  t.strictSame(served.components.schemas.Order.required, COORDINATES);
  for (const [field, { title, description, 'x-unit': unit }] of fieldsOf(served)) {
    t.match(title, /^[A-Z]/, field);
    t.ok(
      description.startsWith(unit === undefined ? `${title}. Allowed: a` : `${title}, in ${unit}. Allowed: a`),
      field,
    );
  }
  const units = fieldsOf(served).filter(([, schema]) => schema['x-unit'] !== undefined);
  t.strictSame(
    units.map(([field, schema]) => `${field} ${schema['x-unit']}`),
    [
      'Delivery_person_Age years',
      'Delivery_person_Ratings stars',
      ...COORDINATES.map((field) => `${field} degrees`),
      'Order_Date local calendar day',
      'Time_Orderd local time of day',
      'Vehicle_condition grade',
      'multiple_deliveries orders',
    ],
  );
});

t.test('the fields that the served version reads are marked, in a word and in words, and no others', async (t) => {
  const info = (await (await fetch(`${url}/model-info`)).json()) as { inputs: string[]; version: number };
  t.strictSame(marked(served).sort(), info.inputs.toSorted());
  t.ok(marked(served).length < ORDER_FIELDS.length, 'there are others');
  for (const [field, { description, 'x-model-input': isInput }] of fieldsOf(served)) {
    const words = isInput ? `Version ${info.version} reads it (\`` : `Version ${info.version} does not read it.`;
    t.ok(description.includes(words), `${field}: ${description}`);
  }
});

t.test('the words that count are those of which the answer depends', async (t) => {
  const words = served.components.schemas.Order.properties['Weather_conditions']?.['x-known-words'] ?? [];
  t.ok(words.length > 1);
  const minutes = async (weather: string) => {
    const order = { ...Object.fromEntries(COORDINATES.map((field, index) => [field, index % 2 ? 77.6 : 12.9])) };
    return (await postOrder(url, { ...order, Weather_conditions: weather })).text();
  };
  const missing = await minutes('Atlantean');
  const answers = await Promise.all(words.map(minutes));
  t.ok(
    answers.some((answer) => answer !== missing),
    'some of them',
  );
});

t.test('the document is another one for another version', async (t) => {
  const other = await startTestServer(t, { MODEL_URI: 'models:/FoodDeliveryTimeModel/2' });
  const document = await fetchApiDocument(other.url);
  t.equal(served.info['x-served-model']?.version, 1);
  t.equal(document.info['x-served-model']?.version, 2);
  t.match(document.info.description, /Version 2 of FoodDeliveryTimeModel is served now/);

  const fewer = openApiResource({ name: 'M', version: 3, features: selectFeatures(['distance_km']), fitted: [] });
  t.strictSame(marked(JSON.parse(fewer.body.toString()) as ApiDocument), COORDINATES);
});

t.test('before there is a model the document is served all the same, with no field marked', async (t) => {
  const http = new HttpServer(
    [
      openApiRoute(
        new Serving({ open: () => Promise.reject(new Error('unused')), keepPrevious: true, onLost: t.fail }),
      ),
    ],
    (error) => t.error(error),
  );
  const port = await http.listen('127.0.0.1', 0);
  t.teardown(() => http.close());
  const document = await fetchApiDocument(`http://127.0.0.1:${port}`);
  t.match(document.info.description, /No model is served now/);
  t.notOk('x-served-model' in document.info);
  for (const [field, schema] of fieldsOf(document)) {
    t.strictSame(
      Object.keys(schema).filter((key) => key.startsWith('x-') && key !== 'x-unit'),
      [],
      field,
    );
    t.notMatch(schema.description, /[Vv]ersion/);
  }
  t.strictSame(Object.keys(document.paths), Object.keys(served.paths));
});

t.test('the server is where the document is, whatever that is called from outside', async (t) => {
  t.strictSame(
    served.servers.map((server) => new URL(server.url, 'https://outside/behind/openapi.json').href),
    ['https://outside/behind/'],
  );
});

t.test('every schema of the document is one, by the strict reading of JSON Schema 2020-12', async (t) => {
  const judge = new DocumentJudge(served);
  const names = Object.keys(served.components.schemas);
  t.ok(names.includes('Order') && names.includes('Problem'));
  for (const name of names) t.doesNotThrow(() => judge.schemaAt('components', 'schemas', name), name);
});
