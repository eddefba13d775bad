import t from 'tap';
import { parseExposition } from '../fixtures/exposition.js';
import { Metrics } from './prometheus.js';
import { Traffic } from './traffic.js';

t.test('requests are told by route and status, those whose client left apart', async (t) => {
  const traffic = new Traffic();
  const metrics = new Metrics();
  traffic.measure(metrics);
  const predict = traffic.add('/predict');
  traffic.ended(predict, 200);
  const health = traffic.add('/health');
  for (const status of [200, 422, 422, 0, 599]) traffic.ended(predict, status);
  const families = parseExposition(await metrics.text());
  const of = (name: string) => families.get(name)?.samples.map(({ labels, value }) => [labels, value]);
  t.strictSame(of('food_eta_requests_total'), [
    [{ route: '/predict', code: '200' }, 2],
    [{ route: '/predict', code: '422' }, 2],
    [{ route: '/predict', code: '599' }, 1],
    [{ route: '/health', code: '200' }, 0],
  ]);
  t.strictSame(of('food_eta_requests_abandoned_total'), [
    [{ route: '/predict' }, 1],
    [{ route: '/health' }, 0],
  ]);
  t.equal(health, 1);
});
