/**
 * The API document, OpenAPI 3.1, made from the schemas by which the server works. It speaks of the version that answers,
 * so it is made anew whenever a version is taken up.
 */
import Type from 'typebox';
import {
  Accepted,
  BatchPrediction,
  BatchRow,
  Healthy,
  Liveness,
  ModelInfo,
  Prediction,
  Unavailable,
} from '../answers.js';
import { InferRequest } from '../doors/tensors.js';
import { Problem } from '../errors.js';
import { type Resource, resource } from '../resource.js';
import { Status } from '../status/answer.js';
import { DOOR_SCHEMAS, doorPaths } from './door-operations.js';
import { PATHS } from './operations.js';
import { type DocumentedVersion, orderSchema } from './order-schema.js';

/** Of the interface, not of the program: raised when callers have to know of a change. */
const API_VERSION = '1.0.0';

const OpenApiDocument = Type.Object({
  openapi: Type.String(),
  info: Type.Object({ title: Type.String(), version: Type.String() }),
  paths: Type.Record(Type.String(), Type.Object({})),
});

/**
 * The API document, ready to be sent.
 * @param served the version that answers; undefined while there is none
 */
export function openApiResource(served: DocumentedVersion | undefined): Resource {
  return resource('application/json', JSON.stringify(openApiDocument(served)));
}

function openApiDocument(served: DocumentedVersion | undefined): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Food delivery time',
      version: API_VERSION,
      description: [
        'Predicts how many minutes a food delivery will take.',
        'Errors are `application/problem+json` (RFC 9457) with a stable `code`. ' +
          'Whatever takes GET takes HEAD as well, and answers it with the headers alone.',
        servedNow(served),
      ].join('\n\n'),
      license: { name: 'MIT', identifier: 'MIT' },
      ...(served && { 'x-served-model': { name: served.name, version: served.version } }),
    },
    // Where this document is, whatever that is called from outside.
    servers: [{ url: '.' }],
    // What wants a token says so itself.
    security: [],
    tags: [
      { name: 'prediction', description: 'What the server is for.' },
      { name: 'protocols', description: 'The same model for those who speak the Open Inference Protocol or MLflow’s.' },
      { name: 'operation', description: 'Whether it works, and with which model.' },
      { name: 'documentation', description: 'What you are reading.' },
    ],
    paths: { ...PATHS, ...doorPaths(served) },
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'Wanted where the server was started with `API_TOKENS_FILE`: one of the tokens in it.',
        },
      },
      schemas: {
        Order: orderSchema(served),
        Prediction,
        BatchPrediction,
        BatchRow,
        Healthy,
        Unavailable,
        Liveness,
        ModelInfo,
        Status,
        Accepted,
        OpenApiDocument,
        Problem,
        ...DOOR_SCHEMAS,
        InferenceRequest: InferRequest,
      },
    },
  };
}

function servedNow(served: DocumentedVersion | undefined): string {
  if (served === undefined) return 'No model is served now.';
  return `Version ${served.version} of ${served.name} is served now; the fields of an order that it reads are marked.`;
}
