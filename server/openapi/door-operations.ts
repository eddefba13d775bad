/** The doors of other protocols, as the API document has them: their forms, ours for nothing but the description. */
import Type from 'typebox';
import { header, RETRY_AFTER, SECURITY, TIMEOUT, VERSION, WANTED } from './answer-parts.js';
import type { DocumentedVersion } from './order-schema.js';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

/** Schemas of the other protocols, under `components` of the document. */
export const DOOR_SCHEMAS = {
  InferenceError: Type.Object({ error: Type.String() }),
  ScoringError: Type.Object({ error_code: Type.String(), message: Type.String() }),
  InferenceServer: Type.Object({
    name: Type.String(),
    version: Type.String(),
    extensions: Type.Array(Type.String()),
  }),
  InferenceModel: Type.Object({
    name: Type.String(),
    versions: Type.Array(Type.String()),
    platform: Type.String(),
    inputs: Type.Array(Type.Unknown()),
    outputs: Type.Array(Type.Unknown()),
  }),
  InferenceModelReady: Type.Object({ name: Type.String(), ready: Type.Literal(true) }),
  InferenceAnswer: Type.Object({
    model_name: Type.String(),
    model_version: Type.String(),
    id: Type.Optional(Type.String()),
    outputs: Type.Array(
      Type.Object({
        name: Type.Literal('minutes'),
        shape: Type.Array(Type.Integer()),
        datatype: Type.Literal('FP32'),
        data: Type.Array(Type.Number({ 'x-unit': 'minutes' })),
      }),
    ),
  }),
  ScoringAnswer: Type.Object({
    predictions: Type.Array(Type.Object({ minutes: Type.Number({ 'x-unit': 'minutes' }) })),
  }),
};

/** Status → what it means at a door. */
const MEANINGS: Readonly<Record<number, string>> = {
  400: 'The request, its head or its rows are not as they must be; the message says where.',
  401: 'A token is wanted.',
  404: 'No such version is loaded.',
  405: 'This path does not take this method.',
  413: 'More bytes or rows than a request may have.',
  415: 'The body is of another kind.',
  429: 'More requests than can be answered in time.',
  500: 'The server made a mistake.',
  501: 'The only transfer-encoding is chunked.',
  503: 'The server is stopping, no model is served, or the worker that had the rows failed.',
  504: 'A row waited longer than it may.',
};

interface Door {
  readonly operationId: string;
  readonly summary: string;
  readonly method: 'get' | 'post';
  readonly error: 'InferenceError' | 'ScoringError';
  readonly ok: object;
  /** Those that come besides the ones of every path. */
  readonly statuses?: readonly number[];
  readonly more?: object;
}

function operation({ operationId, summary, method, error, ok, statuses = [], more }: Door): object {
  const allowed = method === 'get' ? 'GET, HEAD' : 'POST';
  const allow = { allow: header('The methods that this path takes.', { type: 'string', const: allowed }) };
  const errors = [400, 405, 501, ...statuses].map((status) => {
    const headers = { 401: WANTED, 405: allow, 429: RETRY_AFTER, 503: RETRY_AFTER }[status];
    const content = { 'application/json': { schema: ref(error) } };
    return [status, { description: MEANINGS[status], ...(headers && { headers }), content }] as const;
  });
  const responses = { ...Object.fromEntries(errors), 200: ok };
  return { [method]: { operationId, tags: ['protocols'], summary, ...more, responses } };
}

const json = (description: string, schema: object, headers?: object) => ({
  description,
  ...(headers && { headers }),
  content: { 'application/json': { schema } },
});
const plain = (description: string) => ({ description, content: { 'text/plain': { schema: { type: 'string' } } } });
const parameter = (name: string, description: string, only?: string) => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', ...(only !== undefined && { enum: [only] }) },
});

/**
 * Path → method → operation, of the other protocols.
 * @param served the version that answers; undefined while there is none
 */
export function doorPaths(served: DocumentedVersion | undefined): Record<string, object> {
  const name = parameter('name', 'The registered model.', served?.name);
  const version = parameter('version', 'The number of a version that is loaded.', served && String(served.version));
  return {
    ...serverPaths(),
    ...modelPaths('/v2/models/{name}', '', [name]),
    ...modelPaths('/v2/models/{name}/versions/{version}', 'Version', [name, version]),
    ...scoringPaths(),
  };
}

function serverPaths(): Record<string, object> {
  const read = { method: 'get', error: 'InferenceError' } as const;
  const isReady = Type.Object({ ready: Type.Boolean() });
  const ready = operation({
    ...read,
    operationId: 'v2Ready',
    summary: 'Open Inference Protocol: whether an inference would succeed now',
    ok: json('It would.', isReady),
    statuses: [500],
  }) as { get: { responses: object } };
  const responses = { ...ready.get.responses, 503: json('It would not.', isReady) };
  return {
    '/v2': operation({
      ...read,
      operationId: 'v2Server',
      summary: 'Open Inference Protocol: which server this is',
      ok: json('The server.', ref('InferenceServer')),
    }),
    '/v2/health/live': operation({
      ...read,
      operationId: 'v2Live',
      summary: 'Open Inference Protocol: whether the process answers at all',
      ok: json('It does.', Type.Object({ live: Type.Literal(true) })),
    }),
    '/v2/health/ready': { get: { ...ready.get, responses } },
  };
}

function modelPaths(path: string, suffix: string, parameters: readonly object[]): Record<string, object> {
  const read = { method: 'get', error: 'InferenceError', statuses: [404, 500, 503], more: { parameters } } as const;
  const binary = { schema: { type: 'string', format: 'binary' } };
  const infer = json('The minutes, one a row.', ref('InferenceAnswer'), VERSION);
  return {
    [path]: operation({
      ...read,
      operationId: `v2Model${suffix}`,
      summary: 'Open Inference Protocol: what a model takes and gives',
      ok: json('The model.', ref('InferenceModel')),
    }),
    [`${path}/ready`]: operation({
      ...read,
      operationId: `v2ModelReady${suffix}`,
      summary: 'Open Inference Protocol: whether a model is loaded',
      ok: json('It is.', ref('InferenceModelReady')),
    }),
    [`${path}/infer`]: operation({
      operationId: `v2Infer${suffix}`,
      summary: 'Open Inference Protocol: the minutes of rows of features',
      method: 'post',
      error: 'InferenceError',
      ok: { ...infer, content: { ...infer.content, 'application/octet-stream': binary } },
      statuses: [401, 404, 413, 415, 429, 500, 503, 504],
      more: {
        security: SECURITY,
        parameters: [...parameters, TIMEOUT],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: ref('InferenceRequest') }, 'application/octet-stream': binary },
        },
      },
    }),
  };
}

function scoringPaths(): Record<string, object> {
  const table = { schema: { type: 'object' } };
  const ping = operation({
    operationId: 'mlflowPing',
    summary: 'MLflow scoring: whether a prediction would succeed now',
    method: 'get',
    error: 'ScoringError',
    ok: plain('It would.'),
    statuses: [500],
  }) as { get: { responses: object } };
  return {
    '/ping': { get: { ...ping.get, responses: { ...ping.get.responses, 503: plain('It would not.') } } },
    '/version': operation({
      operationId: 'mlflowVersion',
      summary: 'MLflow scoring: the release of MLflow whose forms these are',
      method: 'get',
      error: 'ScoringError',
      ok: plain('The release.'),
    }),
    '/invocations': operation({
      operationId: 'mlflowInvocations',
      summary: 'MLflow scoring: the minutes of a data frame of features',
      method: 'post',
      error: 'ScoringError',
      ok: json('The minutes, one a row.', ref('ScoringAnswer'), VERSION),
      statuses: [401, 413, 415, 429, 500, 503, 504],
      more: {
        security: SECURITY,
        parameters: [TIMEOUT],
        description:
          'One of `dataframe_split`, `dataframe_records`, `inputs` and `instances`, or CSV with a line of names: a column ' +
          'for each feature, coded as `features.json` says, in any order.',
        requestBody: {
          required: true,
          content: { 'application/json': table, 'text/csv': { schema: { type: 'string' } } },
        },
      },
    }),
  };
}
