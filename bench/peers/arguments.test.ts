import t from 'tap';
import { asksForPeers, readPeersArguments } from './arguments.js';
import { PEERS } from './peers.js';

const named = (...args: string[]): string[] => readPeersArguments(args).peers.map(({ name }) => name);

t.test('the names of peers may be left out, stand beside the option or in it', async (t) => {
  const all = PEERS.map(({ name }) => name);
  t.strictSame(named('--peers'), all);
  t.strictSame(named('--peers', '--quick'), all);
  t.strictSame(named('--peers', 'fastapi,fastify'), ['fastify', 'fastapi']);
  t.strictSame(named('--peers=ray-serve', '--quick'), ['ray-serve']);
  t.equal(asksForPeers(['--peers=ray-serve']), true);
  t.equal(asksForPeers(['--gate']), false);
});

t.test('which version, which orders and for how long is said as without peers', async (t) => {
  const args = readPeersArguments(['--peers', '--version', '3', '--orders', 'orders.ndjson', '--seconds', '5']);
  t.match(args, { modelUri: 'models:/FoodDeliveryTimeModel/3', ordersFile: 'orders.ndjson', seconds: 5, quick: false });
});

t.test('what cannot be understood is told with what there is', async (t) => {
  for (const args of [['flask'], ['--gate'], ['--seconds', '0'], ['--version', '1', '--alias', 'staging']]) {
    t.throws(() => named('--peers', ...args), { name: 'UsageError' }, args.join(' '));
  }
  t.throws(() => named('--peers', 'flask'), { message: /'flask', which there is not.*fastify, fastapi/s });
});
