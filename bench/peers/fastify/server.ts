/**
 * Fastify with ONNX Runtime: an order in, its minutes out, in one process that predicts each order alone. The features
 * come from the project's own encoder, of which there is one only.
 */
import { readFile } from 'node:fs/promises';
import Fastify from 'fastify';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { Encoder } from '../../../features/encoder.js';
import { Order } from '../../../features/order.js';

const { MODEL_FILE = '', FEATURES_FILE = '', PORT = '' } = process.env;

const encoder = Encoder.fromState(JSON.parse(await readFile(FEATURES_FILE, 'utf8')));
const columns = encoder.columns.length;
const session = await InferenceSession.create(MODEL_FILE, {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
});

const Answer = { type: 'object', properties: { estimated_delivery_minutes: { type: 'number' } } };
const schema = { body: Order, response: { 200: Answer } };
// Keywords of ours that speak to people, such as units, are not for Ajv; nothing is changed in what was sent.
const ajv = { customOptions: { strict: false, coerceTypes: false, removeAdditional: false } } as const;

const app = Fastify({ ajv });

app.post<{ Body: Order }>('/predict', { schema }, async ({ body }) => {
  const row = new Float32Array(columns);
  encoder.encode(body, row, 0);
  const { minutes } = await session.run({ features: new Tensor('float32', row, [1, columns]) });
  return { estimated_delivery_minutes: Math.round(Number(minutes?.data[0]) * 100) / 100 };
});

process.once('SIGTERM', () => void app.close());
await app.listen({ host: '127.0.0.1', port: Number(PORT) });
