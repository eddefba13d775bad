/** Answers of the server as values, each looked at before its type is believed. */
import { type FoodEtaError, ProblemError, UnexpectedAnswerError } from './errors.js';
import type { HttpAnswer } from './http.js';
import { SHOWN_CHARS } from './limits.js';
import type { components } from './openapi.js';
import { retryAfterMs } from './retry-after.js';

type Schemas = components['schemas'];

/** How long a delivery will take. */
export interface Estimate {
  /** To two decimals. */
  readonly minutes: number;
  /** The version of the model that says so. */
  readonly modelVersion: number;
}

/** What becomes of one order of a batch. */
export type BatchResult =
  | { readonly status: 'fulfilled'; readonly value: Estimate }
  | { readonly status: 'refused'; readonly reason: FoodEtaError };

/** Whether a prediction would succeed, told apart by `status`. */
export type Health = Schemas['Healthy'] | Schemas['Unavailable'];
/** Which version answers, where it comes from, and how good it was on its test orders. */
export type ModelInfo = Schemas['ModelInfo'];

/** Of `POST /predict`. @throws ProblemError, UnexpectedAnswerError */
export function readEstimate(answer: HttpAnswer): Estimate {
  const value = succeeded(answer);
  if (!isPrediction(value)) throw unexpected(answer, 'no minutes in it');
  return { minutes: value.estimated_delivery_minutes, modelVersion: versionOf(answer) };
}

/**
 * Of `POST /predict/batch`.
 * @param orders how many were asked for
 * @throws ProblemError, UnexpectedAnswerError
 */
export function readBatch(answer: HttpAnswer, orders: number): BatchResult[] {
  const value = succeeded(answer);
  const rows = isObject(value) && Array.isArray(value['predictions']) ? (value['predictions'] as unknown[]) : [];
  if (rows.length !== orders) throw unexpected(answer, `${rows.length} predictions for ${orders} orders`);
  const modelVersion = versionOf(answer);
  return rows.map((row): BatchResult => {
    if (isPrediction(row)) {
      return { status: 'fulfilled', value: { minutes: row.estimated_delivery_minutes, modelVersion } };
    }
    const problem = isObject(row) ? row['problem'] : undefined;
    if (!isProblem(problem)) throw unexpected(answer, 'a prediction that is neither minutes nor a problem');
    return { status: 'refused', reason: new ProblemError(problem) };
  });
}

/** Of `GET /health`. @throws UnexpectedAnswerError */
export function readHealth(answer: HttpAnswer): Health {
  const value = parsed(answer);
  const status = isObject(value) ? value['status'] : undefined;
  if (status !== 'healthy' && status !== 'unavailable') throw refusalOf(answer, value);
  return value as Health;
}

/** Of `GET /model-info`. @throws ProblemError, UnexpectedAnswerError */
export function readModelInfo(answer: HttpAnswer): ModelInfo {
  const value = succeeded(answer);
  if (!isObject(value) || !Number.isInteger(value['version'])) throw unexpected(answer, 'no version in it');
  return value as ModelInfo;
}

/** The value that a 200 brings. */
function succeeded(answer: HttpAnswer): unknown {
  const value = parsed(answer);
  if (answer.status !== 200) throw refusalOf(answer, value);
  return value;
}

function refusalOf(answer: HttpAnswer, value: unknown): FoodEtaError {
  if (isProblem(value)) return new ProblemError(value, retryAfterMs(answer.header('retry-after'), Date.now()));
  return unexpected(answer, answer.text === '' ? 'it is empty' : `"${shorten(answer.text)}"`);
}

function unexpected(answer: HttpAnswer, what: string): UnexpectedAnswerError {
  const location = answer.header('location');
  const where = location === undefined ? '' : `, to ${location}`;
  const retryMs = retryAfterMs(answer.header('retry-after'), Date.now());
  return new UnexpectedAnswerError(`status ${answer.status}${where}, ${what}`, answer.status, retryMs);
}

/** Undefined where it is not JSON. */
function parsed({ text }: HttpAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A page of HTML, or plain text: it is shown as it is.
  }
}

function versionOf(answer: HttpAnswer): number {
  const version = Number(answer.header('x-model-version'));
  if (Number.isInteger(version) && version > 0) return version;
  throw unexpected(answer, 'without x-model-version, which a proxy may have taken away');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function isPrediction(value: unknown): value is Schemas['Prediction'] {
  return isObject(value) && typeof value['estimated_delivery_minutes'] === 'number';
}

function isProblem(value: unknown): value is Schemas['Problem'] {
  if (!isObject(value)) return false;
  const words = ['code', 'title', 'detail'].every((key) => typeof value[key] === 'string');
  const { errors } = value;
  return words && Number.isInteger(value['status']) && (errors === undefined || Array.isArray(errors));
}

function shorten(text: string): string {
  return text.length <= SHOWN_CHARS ? text : `${text.slice(0, SHOWN_CHARS)}…`;
}
