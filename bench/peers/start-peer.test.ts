import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../../config/model-name.js';
import { sampleBodies } from '../../data/sample-bodies.js';
import { temporaryFolder } from '../../testing/temporary-folder.js';
import { startTestServer } from '../../testing/test-server.js';
import { trainedProject } from '../../testing/trained-project.js';
import { encodeOrders } from './orders.js';
import type { Peer } from './peer.js';
import { PEERS } from './peers.js';
import { compareAnswers, startPeer } from './start-peer.js';

const { registryDir } = await trainedProject();
const modelFile = join(registryDir, MODEL_NAME, 'versions', '1', 'files', 'model.onnx');
const featuresFile = join(dirname(modelFile), 'features.json');
const folder = await temporaryFolder(t);
const ordersFile = join(folder, 'orders.ndjson');
await writeFile(ordersFile, [...sampleBodies({ rows: 60, seed: 3 })].join('\n'));
const orders = await encodeOrders(ordersFile, featuresFile);
const site = { modelFile, featuresFile, folder };
const server = await startTestServer(t);

function peerNamed(name: string): Peer {
  const peer = PEERS.find((each) => each.name === name);
  if (peer === undefined) throw new Error(`There is no peer ${name}.`);
  return peer;
}

const [first = { order: '', features: [] }] = orders;

t.test('Fastify gives the answers that the server gives, for the same orders and the same files', async (t) => {
  const fastify = peerNamed('fastify');
  const program = await startPeer(fastify, first, site);
  t.teardown(() => program.stop());
  t.ok(orders.length > 20);
  await compareAnswers(fastify, program.url, server.url, orders);
});

t.test('each peer is read as it answers, and one that answers otherwise is not measured', async (t) => {
  const answers = new Map([
    ['fastapi', '{"estimated_delivery_minutes":1}'],
    ['mlserver', '{"outputs":[{"name":"minutes","shape":[1,1],"datatype":"FP32","data":[1]}]}'],
    ['bentoml', '[1]'],
  ]);
  for (const [name, answer] of answers) {
    t.equal(peerNamed(name).minutesOf(JSON.parse(answer)), 1);
    const wrong = createServer((_, response) => response.end(answer)).listen(0, '127.0.0.1');
    t.teardown(() => wrong.close());
    await new Promise<void>((resolve) => wrong.once('listening', () => resolve()));
    const url = `http://127.0.0.1:${(wrong.address() as AddressInfo).port}`;
    await t.rejects(compareAnswers(peerNamed(name), url, server.url, orders), {
      name: 'PeerFailed',
      message: /answers 200 .*; the server, [\d.]+ minutes\.$/,
    });
  }
});

t.test('a peer that ends before it answers is told with what it said', async (t) => {
  const args = ['-e', 'console.error("no such model"); process.exit(3)'];
  const ending = { ...peerNamed('fastify'), launch: () => ({ command: process.execPath, args }) };
  await t.rejects(startPeer(ending, first, site), {
    name: 'ProgramDidNotStart',
    message: /^Fastify does not serve: it ended with exit code 3\. no such model/,
  });
});
