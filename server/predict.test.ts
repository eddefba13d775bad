import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import type { Order } from '../client/index.js';
import { clientOf } from '../testing/test-client.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { trainedProject } from '../testing/trained-project.js';
import { ordersOf } from '../training/orders.js';
import { StageTable } from '../training/table.js';
import type { GoldenRow } from '../workers/golden.js';

/** Half of the last digit of an answer, and what float32 may differ from Python. */
const TOLERANCE_MINUTES = 0.006;

/** Test orders that a request may carry, with Python's minutes for them. */
async function judgedOrders(): Promise<{ order: Order; minutes: number }[]> {
  const { dataDir } = await trainedProject();
  const orders = ordersOf(await StageTable.read(join(dataDir, 'model', 'test-orders.arrow'), 'evaluate'));
  const python = (await StageTable.read(join(dataDir, 'model', 'predictions.arrow'), 'fit')).numbers('minutes');
  return orders
    .map((order, row) => ({ order: order as Order, minutes: python[row] ?? Number.NaN }))
    .filter(({ order }) => order.Restaurant_latitude !== undefined && order.Delivery_location_latitude !== undefined);
}

const server = await startTestServer(t);

t.test('orders posted over HTTP get the minutes that Python gives for them', async (t) => {
  const judged = await judgedOrders();
  t.ok(judged.length > 400, `${judged.length} orders`);
  const client = clientOf(t, server.url);
  const estimates = await Promise.all(judged.map(({ order }) => client.predict(order)));
  const wrong = estimates.filter(
    ({ minutes, modelVersion }, row) =>
      modelVersion !== 1 || !(Math.abs(minutes - (judged[row]?.minutes ?? Number.NaN)) <= TOLERANCE_MINUTES),
  );
  t.same(wrong, []);
});

t.test('an answer is a number with at most two decimals, as JSON', async (t) => {
  const { dataDir } = await trainedProject();
  const golden: GoldenRow[] = JSON.parse(await readFile(join(dataDir, 'model', 'golden.json'), 'utf8'));
  const requestable = golden.find(({ order }) => order.Restaurant_latitude !== undefined);
  const response = await postOrder(server.url, requestable?.order);
  t.equal(response.headers.get('content-type'), 'application/json');
  t.match(await response.text(), /^\{"estimated_delivery_minutes":[0-9]+(?:\.[0-9]{1,2})?\}$/);
});

t.test(
  'only the four coordinates are required; what is absent, null or never seen counts as missing alike',
  async (t) => {
    const places = {
      Restaurant_latitude: 12.9,
      Restaurant_longitude: 77.6,
      Delivery_location_latitude: 13,
      Delivery_location_longitude: 77.7,
    };
    const minutes = async (order: object) => (await postOrder(server.url, order)).text();
    const absent = await minutes(places);
    t.match(absent, /estimated_delivery_minutes/);
    t.equal(await minutes({ ...places, City: null, Weather_conditions: null, Delivery_person_Age: null }), absent);
    t.equal(
      await minutes({ ...places, City: 'Atlantis', Weather_conditions: 'constructor', Festival: '__proto__' }),
      absent,
    );
    t.equal(await minutes({ ...places, ID: '0x1', Time_Orderd: 0.5, Order_Date: '29-02-2024', surprise: 1 }), absent);
    t.not(await minutes({ ...places, Weather_conditions: 'Fog', Road_traffic_density: 'Jam' }), absent);
  },
);

t.test('wrong orders among right ones cost nobody but themselves', async (t) => {
  const judged = (await judgedOrders()).slice(0, 200);
  const results = await Promise.all(
    judged.flatMap(({ order, minutes }) => [
      postOrder(server.url, order).then(async (response) => {
        const body = (await response.json()) as { estimated_delivery_minutes: number };
        return Math.abs(body.estimated_delivery_minutes - minutes) <= TOLERANCE_MINUTES;
      }),
      postOrder(server.url, { ...order, Delivery_person_Age: 'old' }).then(({ status }) => status === 422),
    ]),
  );
  t.same(
    results.filter((right) => !right),
    [],
  );
});
