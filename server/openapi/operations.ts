/** What can be asked of the server, and everything that can come back. */

import { MAX_BULK_ROWS } from '../limits.js';
import { answer, errors, json, READ, SECURITY, TIMEOUT, VERSION } from './answer-parts.js';
import { EXAMPLE_ORDER, SHORTEST_ORDER } from './example-order.js';
import { PAGE_PATHS } from './page-operations.js';

function signed(name: string, description: string) {
  return { name, in: 'header', required: true, description, schema: { type: 'string' } };
}

const predict = {
  operationId: 'predict',
  tags: ['prediction'],
  summary: 'How long a delivery will take',
  description:
    'The four coordinates are required. Any other field may be absent or null and counts as missing, which costs ' +
    'accuracy where the served version reads it (`x-model-input`).',
  security: SECURITY,
  parameters: [TIMEOUT],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { $ref: '#/components/schemas/Order' },
        examples: {
          complete: { summary: 'All fields', value: EXAMPLE_ORDER },
          shortest: { summary: 'Only what is required', value: SHORTEST_ORDER },
        },
      },
    },
  },
  responses: {
    200: answer('The minutes.', json('Prediction'), VERSION),
    ...errors(
      'POST',
      [
        'malformed_json',
        'token_missing_or_wrong',
        'body_too_large',
        'unsupported_media_type',
        'order_invalid',
        'overloaded',
        'server_stopping',
        'model_unavailable',
        'prediction_failed',
        'prediction_timeout',
        'internal_error',
      ],
      ['overloaded', 'server_stopping', 'model_unavailable', 'prediction_failed'],
    ),
  },
};

const predictBatch = {
  operationId: 'predictBatch',
  tags: ['prediction'],
  summary: 'How long many deliveries will take',
  description:
    `An array of at most ${MAX_BULK_ROWS} orders, or one order a line (\`application/x-ndjson\`, also as ` +
    '`application/ndjson` or `application/jsonl`). The answer has for each order, in their order, its minutes or what ' +
    'is wrong with it, and is 200 also where some have problems: codes are those of `POST /predict`. Lines are ' +
    'answered by lines. Where no order could be answered, for one reason that is the server’s, the answer is that.',
  security: SECURITY,
  parameters: [TIMEOUT],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'array',
          items: { description: 'An `Order`; whatever is none costs only itself.' },
        },
        examples: { two: { summary: 'Two orders', value: [EXAMPLE_ORDER, SHORTEST_ORDER] } },
      },
      'application/x-ndjson': {
        schema: { type: 'string' },
        examples: {
          two: {
            summary: 'Two orders',
            value: `${JSON.stringify(EXAMPLE_ORDER)}\n${JSON.stringify(SHORTEST_ORDER)}\n`,
          },
        },
      },
    },
  },
  responses: {
    200: answer(
      'For each order its minutes, or its problem.',
      { ...json('BatchPrediction'), 'application/x-ndjson': { schema: { type: 'string' } } },
      VERSION,
    ),
    ...errors(
      'POST',
      [
        'malformed_json',
        'token_missing_or_wrong',
        'body_too_large',
        'unsupported_media_type',
        'order_invalid',
        'overloaded',
        'server_stopping',
        'model_unavailable',
        'prediction_failed',
        'prediction_timeout',
        'internal_error',
      ],
      ['overloaded', 'server_stopping', 'model_unavailable', 'prediction_failed'],
      [{ path: '', given: '{"City":1}', allowed: 'a JSON array of orders' }],
    ),
  },
};

const health = {
  operationId: 'health',
  tags: ['operation'],
  summary: 'Whether a prediction would succeed now',
  responses: {
    200: answer('It would.', json('Healthy')),
    ...errors(READ, ['internal_error']),
    503: answer('It would not.', json('Unavailable')),
  },
};

const live = {
  operationId: 'live',
  tags: ['operation'],
  summary: 'Whether the process answers at all',
  responses: { 200: answer('It does.', json('Liveness')), ...errors(READ, []) },
};

const modelInfo = {
  operationId: 'modelInfo',
  tags: ['operation'],
  summary: 'Which version answers, and how good it is',
  responses: {
    200: answer('The version.', json('ModelInfo')),
    ...errors(READ, ['model_unavailable', 'internal_error']),
  },
};

const metrics = {
  operationId: 'metrics',
  tags: ['operation'],
  summary: 'What Prometheus scrapes',
  description:
    'Requests, rows, latencies and what the process uses; which versions are loaded and for what, whether they are fresh, and how far ' +
    'the shadow is from them.',
  responses: {
    200: answer('The metrics, in the text format 0.0.4, also while there is no model.', {
      'text/plain': { schema: { type: 'string' } },
    }),
    ...errors(READ, ['internal_error']),
  },
};

const mlflowHook = {
  operationId: 'mlflowHook',
  tags: ['operation'],
  summary: 'MLflow says that an alias has moved',
  description:
    'Taken where the server has a `WEBHOOK_SECRET` and the delivery is signed with it; where it has none but tokens, with one of those; ' +
    'else it answers 404. A delivery is a hint: where the alias points is read from the registry.',
  security: SECURITY,
  parameters: [
    signed('x-mlflow-delivery-id', 'Names the delivery.'),
    signed('x-mlflow-timestamp', 'When it was signed, in seconds since 1970.'),
    signed('x-mlflow-signature', '`v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body` by the secret.'),
  ],
  requestBody: { required: true, content: { 'application/json': { schema: {} } } },
  responses: {
    202: answer('The server looks at once.', json('Accepted')),
    ...errors('POST', ['signature_invalid', 'token_missing_or_wrong', 'not_found', 'body_too_large', 'internal_error']),
  },
};

/** Path → method → operation, but for the doors of other protocols. */
export const PATHS = {
  '/predict': { post: predict },
  '/predict/batch': { post: predictBatch },
  '/health': { get: health },
  '/health/live': { get: live },
  '/model-info': { get: modelInfo },
  '/metrics': { get: metrics },
  ...PAGE_PATHS,
  '/hooks/mlflow': { post: mlflowHook },
};
