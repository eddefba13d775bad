/** What can be asked of the server, and everything that can come back. */

import { DOCS_FILES } from '../docs/files.js';
import type { ErrorCode, FieldFault } from '../errors.js';
import { MAX_BULK_ROWS, RETRY_AFTER_SECONDS } from '../limits.js';
import { EXAMPLE_ORDER, SHORTEST_ORDER } from './example-order.js';
import { problemResponses } from './problem-examples.js';

interface Answer {
  readonly description: string;
  readonly headers?: object;
  readonly content: object;
}

const answer = (description: string, content: object, headers?: object): Answer => ({
  description,
  ...(headers && { headers }),
  content,
});
const json = (schema: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${schema}` } } });

const header = (description: string, schema: object) => ({ description, required: true, schema });
const VERSION = {
  'x-model-version': header('The version that gave the answer.', { type: 'integer', minimum: 1 }),
};
const RETRY_AFTER = {
  'retry-after': header('Seconds after which to try again.', { type: 'integer', const: RETRY_AFTER_SECONDS }),
};
const CACHED = {
  etag: header('Names this state of it.', { type: 'string' }),
  'cache-control': header('It may be kept, but is to be asked for each time.', { type: 'string', const: 'no-cache' }),
};
const NOT_MODIFIED = { description: 'The caller has it already.', headers: CACHED };
const IF_NONE_MATCH = {
  name: 'if-none-match',
  in: 'header',
  description: 'The `etag` of what the caller has; where it is still that, the answer is 304.',
  schema: { type: 'string' },
};

/**
 * The errors of an operation. Every path answers another method with 405, which OpenAPI can only say of the methods
 * that it has, and refuses a head of which it is in doubt where the body ends.
 * @param retried those after which it is worth to try again
 */
function errors(
  allowed: string,
  codes: readonly ErrorCode[],
  retried: readonly ErrorCode[] = [],
  faults?: readonly FieldFault[],
) {
  const allow = { allow: header('The methods that this path takes.', { type: 'string', const: allowed }) };
  const always: readonly ErrorCode[] = ['method_not_allowed', 'malformed_request', 'transfer_encoding_unsupported'];
  const headersOf = (code: ErrorCode): object | undefined => {
    if (code === 'method_not_allowed') return allow;
    if (code === 'token_missing_or_wrong' || code === 'signature_invalid') return WANTED;
    return retried.includes(code) ? RETRY_AFTER : undefined;
  };
  return problemResponses([...always, ...codes], headersOf, faults);
}

const READ = 'GET, HEAD';
const WANTED = {
  'www-authenticate': header('What is wanted: a token, or the signature.', {
    type: 'string',
    enum: ['Bearer', 'Signature'],
  }),
};
/** None, where the server has no `API_TOKENS_FILE`; else a token. */
const SECURITY = [{}, { token: [] }];

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
        'model_unavailable',
        'prediction_failed',
        'prediction_timeout',
        'internal_error',
      ],
      ['overloaded', 'model_unavailable', 'prediction_failed'],
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
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: {
          type: 'array',
          // Whatever is no order costs only itself.
          items: { anyOf: [{ $ref: '#/components/schemas/Order' }, {}] },
          maxItems: MAX_BULK_ROWS,
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
        'body_too_large',
        'unsupported_media_type',
        'order_invalid',
        'overloaded',
        'model_unavailable',
        'prediction_failed',
        'prediction_timeout',
        'internal_error',
      ],
      ['overloaded', 'model_unavailable', 'prediction_failed'],
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

const openApi = {
  operationId: 'openApi',
  tags: ['documentation'],
  summary: 'This document',
  parameters: [IF_NONE_MATCH],
  responses: {
    200: answer('The document, for the version that answers now.', json('OpenApiDocument'), CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, ['internal_error']),
  },
};

const docs = {
  operationId: 'docs',
  tags: ['documentation'],
  summary: 'This document as a page to read and to try things out',
  parameters: [IF_NONE_MATCH],
  responses: {
    200: answer('The page; `/docs/` gives it too.', { 'text/html': { schema: { type: 'string' } } }, CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, []),
  },
};

const docsFile = {
  operationId: 'docsFile',
  tags: ['documentation'],
  summary: 'What the page consists of',
  parameters: [
    {
      name: 'file',
      in: 'path',
      required: true,
      description: 'The name of the file.',
      schema: { type: 'string', enum: DOCS_FILES.map(({ name }) => name) },
    },
    IF_NONE_MATCH,
  ],
  responses: {
    200: answer('The file.', Object.fromEntries(DOCS_FILES.map(({ mediaType }) => [mediaType, {}])), CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, ['not_found']),
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

export const PATHS = {
  '/predict': { post: predict },
  '/predict/batch': { post: predictBatch },
  '/health': { get: health },
  '/health/live': { get: live },
  '/model-info': { get: modelInfo },
  '/metrics': { get: metrics },
  '/openapi.json': { get: openApi },
  '/docs': { get: docs },
  '/docs/{file}': { get: docsFile },
  '/hooks/mlflow': { post: mlflowHook },
};
