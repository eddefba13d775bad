import { once } from 'node:events';
import { connect } from 'node:net';
import t from 'tap';
import { get } from '../../server/fixtures/raw-client.js';
import { startTestServer } from '../../testing/test-server.js';
import { attribute, theOne } from './fixtures/stacks.js';

const { LoadBalancerAttributes } = theOne<{ LoadBalancerAttributes: readonly { Key: string; Value: string }[] }>(
  'balancer',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
).Properties;
const balancerIdleMs = 1_000 * Number(attribute(LoadBalancerAttributes, 'idle_timeout.timeout_seconds'));

t.test('a real server keeps an idle connection for longer than the balancer does', async (t) => {
  const { url } = await startTestServer(t);
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  t.teardown(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(get());
  await once(socket, 'data');
  const answeredAt = performance.now();
  await once(socket.resume(), 'close');
  const keptMs = performance.now() - answeredAt;
  t.ok(keptMs > balancerIdleMs + 1_000, `kept for ${Math.round(keptMs)} ms, by the balancer for ${balancerIdleMs} ms`);
});
