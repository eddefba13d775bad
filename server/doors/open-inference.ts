/** The Open Inference Protocol, version 2, over HTTP: what Triton, KServe and their clients speak. */
import type { Bulk } from '../bulk/bulk.js';
import { type Problem, problem } from '../errors.js';
import { type Exchange, type Headers, RETRY_AFTER } from '../exchange.js';
import type { Route } from '../http.js';
import { MAX_BULK_ROWS, MAX_TABLE_BYTES } from '../limits.js';
import type { RequestHead } from '../request-head.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import { DoorFault } from './door-fault.js';
import { loadedModel, loadedModels } from './loaded-models.js';
import { INPUT, type Inference, OUTPUT, parseInference } from './tensors.js';
import { predictRows } from './whole-answer.js';

const SERVER = 'food-delivery-time';
const EXTENSIONS = ['binary_tensor_data'];
const HEADER_LENGTH = 'inference-header-content-length';
/** A model by its name, or one version of it. */
const MODELS = ['/v2/models/:name', '/v2/models/:name/versions/:version'] as const;

const problemBody = ({ detail }: Problem): object => ({ error: detail });

/** `release` is the commit or version of this program; `isDraining` says whether the server is stopping. */
export function openInferenceRoutes(
  serving: Serving,
  bulk: Bulk,
  { release, isDraining }: { release: string; isDraining: () => boolean },
): Route[] {
  const read = (path: string, handle: Route['handle']): Route => ({ method: 'GET', path, problemBody, handle });
  const server = read('/v2', (exchange) =>
    exchange.sendJson(200, { name: SERVER, version: release, extensions: EXTENSIONS }),
  );
  const live = read('/v2/health/live', (exchange) => exchange.sendJson(200, { live: true }));
  const ready = read('/v2/health/ready', (exchange) => {
    const isReady = serving.model !== undefined && !isDraining();
    exchange.sendJson(isReady ? 200 : 503, { ready: isReady });
  });
  const models = MODELS.flatMap((path): Route[] => [
    read(
      path,
      overModel(serving, (exchange, model) => exchange.sendJson(200, metadata(serving, model))),
    ),
    read(
      `${path}/ready`,
      overModel(serving, (exchange, { version }) => exchange.sendJson(200, { name: version.name, ready: true })),
    ),
    {
      method: 'POST',
      path: `${path}/infer`,
      protected: true,
      problemBody,
      handle: overModel(serving, (exchange, model, head) => readInference(exchange, serving, model, head, bulk)),
    },
  ]);
  return [server, live, ready, ...models];
}

type Handler = (exchange: Exchange, model: ServedModel, head: RequestHead) => void;

function overModel(serving: Serving, handle: Handler): Route['handle'] {
  return (exchange, head) => {
    if (serving.model === undefined) {
      exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`), RETRY_AFTER);
      return;
    }
    answering(exchange, () => {
      // A path without a version has no second parameter.
      handle(exchange, loadedModel(serving, head.getParameter(0) ?? '', head.getParameter(1) || undefined), head);
    });
  };
}

/** Answers with the faults of the input as the protocol has them. */
function answering(exchange: Exchange, handle: () => void): void {
  try {
    handle();
  } catch (error) {
    if (!(error instanceof DoorFault)) throw error;
    exchange.sendJson(error.status, { error: error.message });
  }
}

function metadata(serving: Serving, { version, encoder }: ServedModel): object {
  return {
    name: version.name,
    versions: loadedModels(serving, version.name).map((model) => String(model.version.version)),
    platform: 'onnx_onnxv1',
    inputs: [{ name: INPUT, datatype: 'FP32', shape: [-1, encoder.columns.length] }],
    outputs: [{ name: OUTPUT, datatype: 'FP32', shape: [-1, 1] }],
  };
}

function readInference(
  exchange: Exchange,
  serving: Serving,
  model: ServedModel,
  head: RequestHead,
  { bodies, gate }: Bulk,
): void {
  const told = head.getHeader(HEADER_LENGTH);
  const headerLength = told === '' ? undefined : Number(told);
  const { columns } = model.encoder;
  const tensorBytes = headerLength === undefined ? 0 : MAX_BULK_ROWS * columns.length * Float32Array.BYTES_PER_ELEMENT;
  if (headerLength !== undefined && headerLength > MAX_TABLE_BYTES) {
    exchange.refuseBody(MAX_TABLE_BYTES);
    return;
  }
  const encoding = head.getHeader('content-encoding');
  if (encoding !== '' && encoding !== 'identity') {
    throw new DoorFault(415, `A body must not be compressed; its content-encoding was ${encoding.slice(0, 20)}.`);
  }
  const deadlineMs = gate.admit(exchange, head, model.batcher);
  if (deadlineMs === undefined) return;
  bodies.read(exchange, head.contentLength, MAX_TABLE_BYTES + tensorBytes, (body, hold) => {
    // What is kept of it are the numbers.
    hold.release();
    answering(exchange, () => {
      const inference = parseInference(body, headerLength, columns);
      predictRows(exchange, serving, model, inference.values, deadlineMs, (minutes) =>
        sendMinutes(exchange, model, inference, minutes),
      );
    });
  });
}

function sendMinutes(
  exchange: Exchange,
  { version, versionHeaders }: ServedModel,
  { id, binaryOutput }: Inference,
  minutes: Float32Array,
): void {
  const bytes = Buffer.from(minutes.buffer, minutes.byteOffset, minutes.byteLength);
  const data = binaryOutput ? { parameters: { binary_data_size: bytes.length } } : { data: [...minutes] };
  const header = JSON.stringify({
    model_name: version.name,
    model_version: String(version.version),
    ...(id !== undefined && { id }),
    outputs: [{ name: OUTPUT, shape: [minutes.length, 1], datatype: 'FP32', ...data }],
  });
  if (!binaryOutput) {
    exchange.send(200, 'application/json', header, versionHeaders);
    return;
  }
  const text = Buffer.from(header);
  const headers: Headers = [...versionHeaders, [HEADER_LENGTH, String(text.length)]];
  exchange.send(200, 'application/octet-stream', Buffer.concat([text, bytes]), headers);
}
