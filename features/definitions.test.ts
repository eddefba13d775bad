import fc from 'fast-check';
import t from 'tap';
import { selectFeatures } from './catalogue.js';
import type { FeatureValue } from './encoder.js';
import { date, FIXED, generatedOrder } from './fixtures/generated-orders.js';
import type { Order, PartialOrder } from './order.js';

function given(name: string, order: PartialOrder): FeatureValue {
  const [feature] = selectFeatures([name]);
  return feature?.value(order);
}

function valueFor(name: string, order: PartialOrder): number {
  const value = given(name, order);
  return typeof value === 'number' ? value : Number.NaN;
}

/** By the law of cosines, which the haversine formula equals but for rounding at short distances. */
function greatCircleKm(order: Order): number {
  const [fromLatitude = 0, fromLongitude = 0, toLatitude = 0, toLongitude = 0] = [
    order.Restaurant_latitude,
    order.Restaurant_longitude,
    order.Delivery_location_latitude,
    order.Delivery_location_longitude,
  ].map((degrees) => (degrees * Math.PI) / 180);
  const cosine =
    Math.sin(fromLatitude) * Math.sin(toLatitude) +
    Math.cos(fromLatitude) * Math.cos(toLatitude) * Math.cos(toLongitude - fromLongitude);
  return 6371.0088 * Math.acos(Math.min(1, cosine));
}

t.test('the distance is that of the great circle on the mean Earth', async () => {
  fc.assert(
    fc.property(generatedOrder(), (order) => Math.abs(valueFor('distance_km', order) - greatCircleKm(order)) < 1e-3),
    FIXED,
  );
});

t.test('the distance is the same there and back', async () => {
  fc.assert(
    fc.property(generatedOrder(), (order) => {
      const back = {
        Restaurant_latitude: order.Delivery_location_latitude,
        Restaurant_longitude: order.Delivery_location_longitude,
        Delivery_location_latitude: order.Restaurant_latitude,
        Delivery_location_longitude: order.Restaurant_longitude,
      };
      return valueFor('distance_km', order) === valueFor('distance_km', back);
    }),
    FIXED,
  );
});

t.test('there is no distance where one of the four coordinates is missing', async (t) => {
  const order = {
    Restaurant_latitude: 18.5,
    Restaurant_longitude: 73.8,
    Delivery_location_latitude: 18.6,
    Delivery_location_longitude: 73.9,
  };
  for (const field of Object.keys(order)) {
    for (const missing of [null, undefined]) {
      t.equal(given('distance_km', { ...order, [field]: missing }), undefined, `${field} ${missing}`);
    }
  }
});

t.test('an offset tells the distance where a place is missing, and nowhere else', async (t) => {
  const offset = { Offset_latitude: 0.03, Offset_longitude: 0.04 };
  t.ok(Math.abs(valueFor('distance_km', offset) - (6371.0088 * 0.05 * Math.PI) / 180) < 1e-6);
  for (const half of [{ Offset_latitude: 0.03 }, { Offset_longitude: 0.04, Offset_latitude: null }]) {
    t.equal(given('distance_km', half), undefined, 'half an offset is none');
  }
  fc.assert(
    fc.property(
      generatedOrder(),
      (order) => valueFor('distance_km', { ...order, ...offset }) === valueFor('distance_km', order),
    ),
    FIXED,
  );
});

t.test('the weekday is that of the calendar, 0 for Sunday, in every year', async (t) => {
  // The calendar repeats itself after 400 years.
  for (const year of ['2022', '0022', '0422']) t.equal(valueFor('order_weekday', { Order_Date: `13-02-${year}` }), 0);
  fc.assert(
    fc.property(date, (Order_Date) => {
      const weekday = new Date(Order_Date.split('-').reverse().join('-')).getUTCDay();
      return valueFor('order_weekday', { Order_Date }) === weekday;
    }),
    FIXED,
  );
});

t.test('there is no weekday and no hour where the order has none, or one that cannot be read', async (t) => {
  for (const Order_Date of [null, undefined, '', '13', '13-02', '13-02-year']) {
    t.equal(given('order_weekday', { Order_Date }), undefined, `${Order_Date}`);
  }
  for (const Time_Orderd of [null, undefined, '', 'noon', 2]) {
    t.equal(given('order_hour', { Time_Orderd }), undefined, `${Time_Orderd}`);
  }
});

t.test('the hour of the order has its minutes as a fraction', async (t) => {
  t.equal(valueFor('order_hour', { Time_Orderd: '19:45:30' }), 19.75);
  t.equal(valueFor('order_hour', { Time_Orderd: 0.5 }), 12);
  t.equal(valueFor('order_hour', { Time_Orderd: 1 }), 0);
});
