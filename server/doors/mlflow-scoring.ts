/**
 * What MLflow's own scoring server answers, and SageMaker calls: `/invocations`, `/ping`, `/version`. Columns are those of
 * the signature under which a version is registered, its features, so that a request works there and here alike.
 */
import { MLFLOW_VERSION } from '../../registry/mlmodel.js';
import type { Bulk } from '../bulk/bulk.js';
import { shorten } from '../describe.js';
import { type Problem, problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import type { Route } from '../http.js';
import { MAX_TABLE_BYTES } from '../limits.js';
import { mediaTypeOf } from '../media-type.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import { csvTable } from './csv-table.js';
import { DoorFault, invalid } from './door-fault.js';
import { jsonTable, matrixOf, type Table } from './tables.js';
import { OUTPUT } from './tensors.js';
import { predictRows } from './whole-answer.js';

/** Status → what MLflow calls such an error; any other is a bad request. */
const ERROR_CODES: Readonly<Record<number, string>> = {
  405: 'ENDPOINT_NOT_FOUND',
  429: 'REQUEST_LIMIT_EXCEEDED',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const bodyOf = (status: number, message: string) => ({ error_code: ERROR_CODES[status] ?? 'BAD_REQUEST', message });
const problemBody = ({ status, detail }: Problem): object => bodyOf(status, detail);

const TABLES: Readonly<Record<string, (text: string) => Table>> = {
  'application/json': (text) => jsonTable(parseJson(text)),
  'text/csv': csvTable,
};

/**
 * `POST /invocations`, `GET /ping` and `GET /version`.
 * @param isDraining whether the server is stopping
 */
export function mlflowScoringRoutes(serving: Serving, bulk: Bulk, isDraining: () => boolean): Route[] {
  return [
    {
      method: 'GET',
      path: '/ping',
      problemBody,
      handle(exchange) {
        exchange.send(serving.model !== undefined && !isDraining() ? 200 : 503, 'text/plain', '\n');
      },
    },
    {
      method: 'GET',
      path: '/version',
      problemBody,
      handle(exchange) {
        exchange.send(200, 'text/plain', MLFLOW_VERSION);
      },
    },
    {
      method: 'POST',
      path: '/invocations',
      protected: true,
      problemBody,
      handle(exchange, head) {
        const { contentType, contentLength } = head;
        const tableOf = TABLES[mediaTypeOf(contentType)];
        if (tableOf === undefined) {
          const given = contentType === '' ? 'none' : shorten(contentType);
          const detail = `The content-type must be application/json or text/csv; it was ${given}.`;
          exchange.sendProblem(problem('unsupported_media_type', detail));
          return;
        }
        const deadlineMs = bulk.gate.admit(exchange, head, serving.model?.batcher);
        if (deadlineMs === undefined) return;
        bulk.bodies.read(exchange, contentLength, MAX_TABLE_BYTES, (body, hold) => {
          hold.release(); // What is kept of it are the numbers.
          invoke(exchange, serving, body, tableOf, deadlineMs);
        });
      },
    },
  ];
}

function invoke(
  exchange: Exchange,
  serving: Serving,
  body: Buffer,
  tableOf: (text: string) => Table,
  deadlineMs: number,
): void {
  const { model } = serving;
  if (model === undefined) {
    exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`), RETRY_AFTER);
    return;
  }
  try {
    const values = matrixOf(tableOf(decode(body)), model.encoder.columns);
    predictRows(exchange, serving, model, values, deadlineMs, (minutes) => sendMinutes(exchange, model, minutes));
  } catch (error) {
    if (!(error instanceof DoorFault)) throw error;
    exchange.sendJson(error.status, bodyOf(error.status, error.message));
  }
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('The body is not UTF-8.');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function sendMinutes(exchange: Exchange, { versionHeaders }: ServedModel, minutes: Float32Array): void {
  exchange.sendJson(200, { predictions: Array.from(minutes, (value) => ({ [OUTPUT]: value })) }, versionHeaders);
}
