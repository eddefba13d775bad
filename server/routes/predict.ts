/** `POST /predict`: one order in, its minutes out. */
import { isUtf8 } from 'node:buffer';
import type { Order } from '../../features/order.js';
import type { FailureCode, Reply } from '../batching/reply.js';
import { shorten } from '../describe.js';
import { problem } from '../errors.js';
import { type Exchange, RETRY_AFTER } from '../exchange.js';
import type { Gate } from '../gate.js';
import type { Route } from '../http.js';
import { ANSWERS_KEPT, MAX_BODY_BYTES } from '../limits.js';
import { readOrder } from '../order-reader/order-reader.js';
import type { ServedModel } from '../served-model.js';
import type { Serving } from '../serving.js';
import type { Shadow } from '../shadow/shadow.js';
import { fieldFaults, isOrder } from '../validation.js';

const EMPTY_BODY = Buffer.alloc(0);

/**
 * The route on the hot path: one order in, its minutes out.
 * @param gate what decides whether a request is taken in
 * @param shadow what compares a share of the answers with another version's; undefined where nothing does
 */
export function predictRoute(serving: Serving, gate: Gate, shadow?: Shadow): Route {
  return {
    method: 'POST',
    path: '/predict',
    protected: true,
    handle(exchange, head) {
      const { contentType, contentLength } = head;
      if (!isJsonType(contentType)) {
        const given = contentType === '' ? 'none' : shorten(contentType);
        exchange.sendProblem(
          problem('unsupported_media_type', `The content-type must be application/json; it was ${given}.`),
        );
        return;
      }
      if (Number(contentLength) > MAX_BODY_BYTES) {
        exchange.refuseBody(MAX_BODY_BYTES);
        return;
      }
      const deadlineMs = gate.admit(exchange, head, serving.model?.batcher);
      if (deadlineMs === undefined) return;
      // Of an empty body the library says nothing where the head before it came in pieces.
      if (contentLength !== '' && Number(contentLength) === 0)
        predict(serving, shadow, exchange, EMPTY_BODY, deadlineMs);
      else exchange.readBody(MAX_BODY_BYTES, (body) => predict(serving, shadow, exchange, body, deadlineMs));
    },
  };
}

function predict(
  serving: Serving,
  shadow: Shadow | undefined,
  exchange: Exchange,
  body: Uint8Array,
  deadlineMs: number,
): void {
  const read: unknown = readOrder(body);
  const order = isOrder(read) ? read : parseOrder(body, exchange);
  if (order === undefined) return;
  const model = serving.model;
  if (model === undefined) {
    exchange.sendProblem(problem('model_unavailable', `There is no model: ${serving.reason}.`), RETRY_AFTER);
    return;
  }
  const reply = shadow?.takes(model)
    ? new ShadowedReply(exchange, model, { ...order }, shadow)
    : new PredictionReply(exchange, model);
  if (!model.batcher.submit(order, reply, deadlineMs)) {
    exchange.refuse('All room for waiting requests is taken.', model.batcher.retryAfterSeconds);
  }
}

/** Any body as an order; undefined where it is none and the exchange has been answered. */
function parseOrder(body: Uint8Array, exchange: Exchange): Order | undefined {
  const order = parseJson(body, exchange);
  if (order === undefined || isOrder(order)) return order;
  const faults = fieldFaults(order);
  const names = faults.map(({ path }) => path || 'the body').join(', ');
  exchange.sendProblem(problem('order_invalid', `Wrong: ${names}.`, faults));
  return undefined;
}

/** The JSON value of the body; undefined where it is none and the exchange has been answered. */
function parseJson(body: Uint8Array, exchange: Exchange): unknown {
  if (!isUtf8(body)) {
    exchange.sendProblem(problem('malformed_json', 'The body is not UTF-8.'));
    return undefined;
  }
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    exchange.sendProblem(problem('malformed_json', `The body is not JSON: ${reason}.`));
    return undefined;
  }
}

/** `application/json`, with or without parameters, in any case. */
function isJsonType(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  return contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

/** By hundredths of a minute, the answers given so far: there are few, and a string that is there need not be built. */
const answers: (string | undefined)[] = new Array<undefined>(ANSWERS_KEPT).fill(undefined);

function answerOf(minutes: number): string {
  const hundredths = Math.round(minutes * 100);
  const known = answers[hundredths];
  if (known !== undefined) return known;
  const answer = `{"estimated_delivery_minutes":${hundredths / 100}}`;
  if (hundredths >= 0 && hundredths < ANSWERS_KEPT) answers[hundredths] = answer;
  return answer;
}

class PredictionReply implements Reply {
  readonly #exchange: Exchange;
  readonly #model: ServedModel;

  constructor(exchange: Exchange, model: ServedModel) {
    this.#exchange = exchange;
    this.#model = model;
  }

  get wanted(): boolean {
    return this.#exchange.open;
  }

  deliver(_row: number, minutes: number): void {
    this.#exchange.send(200, 'application/json', answerOf(minutes), this.#model.versionHeaders);
  }

  fail(_row: number, code: FailureCode, reason: string): void {
    this.#exchange.sendProblem(problem(code, reason), code === 'prediction_timeout' ? [] : RETRY_AFTER);
  }
}

/** The reply of a row that is compared with the shadow once its caller has been answered. */
class ShadowedReply extends PredictionReply {
  readonly #served: ServedModel;
  readonly #order: Order;
  readonly #shadow: Shadow;

  constructor(exchange: Exchange, model: ServedModel, order: Order, shadow: Shadow) {
    super(exchange, model);
    this.#served = model;
    this.#order = order;
    this.#shadow = shadow;
  }

  override deliver(row: number, minutes: number): void {
    super.deliver(row, minutes);
    this.#shadow.compare(this.#order, this.#served, minutes);
  }
}
