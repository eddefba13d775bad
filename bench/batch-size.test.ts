import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { readBatches, rowsPerBatch } from './batch-size.js';

t.test('rows a batch are those since the reading before, of all versions and not of the shadow', async (t) => {
  const metrics = (sum: number, count: number): string =>
    [
      'food_eta_batch_size_bucket{le="1",role="live"} 5',
      `food_eta_batch_size_sum{version="1",role="live"} ${sum}`,
      `food_eta_batch_size_count{version="1",role="live"} ${count}`,
      'food_eta_batch_size_sum{version="2",role="live"} 10',
      'food_eta_batch_size_count{version="2",role="live"} 10',
      'food_eta_batch_size_sum{version="2",role="shadow"} 999',
      'food_eta_batch_wait_seconds_sum{role="live"} 7',
    ].join('\n');
  const answers = [metrics(100, 50), metrics(180, 60), 'food_eta_registry_up 1'];
  const server = createServer((_, response) => response.end(answers.shift()));
  t.teardown(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [before, after, none] = [await readBatches(url), await readBatches(url), await readBatches(url)];
  t.equal(rowsPerBatch(before, after), 8);
  t.equal(rowsPerBatch(before, before), undefined, 'no batch, no size');
  t.equal(rowsPerBatch(before, none), undefined, 'nor where the server does not tell');
});
