/** Which answer docs/http.md promises for the body of a `POST /predict`. */
import type { Answer } from '../../server/fixtures/raw-client.js';
import { wrongFields } from './order-rules.js';

/** What is promised: the status, the code of the problem, and the paths of the fields at fault. */
export interface Promised {
  readonly status: number;
  readonly code?: string;
  readonly paths?: readonly string[];
}

const MOST_BYTES = 16_384;
const TEXT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function promisedFor(body: Uint8Array): Promised {
  if (body.length > MOST_BYTES) return { status: 413, code: 'body_too_large' };
  let value: unknown;
  try {
    value = JSON.parse(TEXT.decode(body));
  } catch {
    return { status: 400, code: 'malformed_json' };
  }
  const invalid = { status: 422, code: 'order_invalid' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ...invalid, paths: [''] };
  const paths = wrongFields(value).map((field) => `/${field}`);
  return paths.length > 0 ? { ...invalid, paths } : { status: 200 };
}

/** What is wrong with an answer; undefined for nothing. */
export function faultOf(answer: Answer | undefined, promised: Promised): string | undefined {
  // It may be lost to a client that is still sending.
  if (answer === undefined && promised.status === 413) return undefined;
  if (answer === undefined) return `No answer, where ${JSON.stringify(promised)} is promised.`;
  const shown = `${answer.status} ${answer.body}, where ${JSON.stringify(promised)} is promised.`;
  if (answer.status !== promised.status) return shown;
  if (promised.code === undefined) {
    return answer.status === 200 && !isRightAnswer(answer.body) ? shown : undefined;
  }
  const problem: { code?: string; status?: number; errors?: { path: string; given: string }[] } = JSON.parse(
    answer.body,
  );
  if (problem.code !== promised.code || problem.status !== promised.status) return shown;
  if (answer.headers.get('content-type') !== 'application/problem+json') return shown;
  const paths = problem.errors?.map(({ path }) => path);
  return promised.paths === undefined || paths?.join() === promised.paths.join() ? undefined : shown;
}

/** Of `/predict`, of `/health/live` or of the page at `/`. */
function isRightAnswer(body: string): boolean {
  return (
    /^\{"estimated_delivery_minutes":[0-9]{1,3}(?:\.[0-9]{1,2})?\}$/.test(body) ||
    body.startsWith('{"status":"alive"') ||
    body.startsWith('<!doctype html>')
  );
}
