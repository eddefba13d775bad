/** What a call may end with. Each error has a `code` that stays as it is, whatever becomes of its words. */
import type { components } from './openapi.js';

type Problem = components['schemas']['Problem'];

/** A field of an order that is not as it must be. */
export type FieldFault = NonNullable<Problem['errors']>[number];
/** The server's own. A server that is newer than this client may give others. */
export type ProblemCode = Problem['code'];
/** The `code` of an error: the server's, or one of the client's own. */
export type ErrorCode =
  | ProblemCode
  | 'timeout'
  | 'aborted'
  | 'unreachable'
  | 'answer_unexpected'
  | 'order_not_json'
  | 'closed';

/**
 * What a call rejects with; each `code` but those of ProblemError has a class of its own. Else it rejects only with a
 * RangeError for a time that cannot be used, and, where a function gives the token, with what that throws or with a
 * TypeError for a token that a header cannot carry.
 */
export abstract class FoodEtaError extends Error {
  abstract readonly code: ErrorCode;
  /** Whether the same call, made again later, may well succeed. */
  readonly repeatable: boolean = false;
  /** Milliseconds after which the server asks to be called again; undefined where it does not. */
  readonly retryAfterMs: number | undefined = undefined;
}

/** The server's refusal of a call, or of an order of a batch (RFC 9457). */
export class ProblemError extends FoodEtaError {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  override readonly repeatable: boolean;
  override readonly retryAfterMs: number | undefined;
  /** The HTTP status. */
  readonly status: number;
  /** What went wrong this time, in words. */
  readonly detail: string;
  /** Of `order_invalid`: every wrong field. Else empty. */
  readonly errors: readonly FieldFault[];

  constructor({ code, status, title, detail, errors = [] }: Problem, retryAfterMs?: number) {
    super(`${title}: ${detail}`);
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.errors = errors;
    this.retryAfterMs = retryAfterMs;
    this.repeatable = isRepeatable(status);
  }
}

/** The call was not answered in the time that it had, all its tries together. */
export class TimeoutError extends FoodEtaError {
  override readonly name = 'TimeoutError';
  readonly code = 'timeout';
  override readonly repeatable = true;

  constructor(timeoutMs: number) {
    super(`There was no answer within ${timeoutMs} ms.`);
  }
}

/** The caller's signal ended the call. `cause` is that signal's reason. */
export class AbortError extends FoodEtaError {
  override readonly name = 'AbortError';
  readonly code = 'aborted';

  constructor(cause: unknown) {
    super('The call was aborted by its caller.', { cause });
  }
}

/** No connection, or one that broke off before the whole answer had come. `cause` is what the network said. */
export class UnreachableError extends FoodEtaError {
  override readonly name = 'UnreachableError';
  readonly code = 'unreachable';
  override readonly repeatable: boolean;

  constructor(url: string, cause: Error, repeatable: boolean) {
    super(`${url} cannot be reached: ${cause.message || cause.name}.`, { cause });
    this.repeatable = repeatable;
  }
}

/** Something answered that is not this server: a proxy before it, say, or another program on its port. */
export class UnexpectedAnswerError extends FoodEtaError {
  override readonly name = 'UnexpectedAnswerError';
  readonly code = 'answer_unexpected';
  override readonly repeatable: boolean;
  override readonly retryAfterMs: number | undefined;
  /** The HTTP status; 0 where there is none. */
  readonly status: number;

  constructor(what: string, status: number, retryAfterMs?: number) {
    super(`The answer is not one of the server's: ${what}.`);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.repeatable = isRepeatable(status);
  }
}

/** An order that cannot be written as JSON: it holds itself, or a BigInt. */
export class OrderNotJsonError extends FoodEtaError {
  override readonly name = 'OrderNotJsonError';
  readonly code = 'order_not_json';

  constructor(cause: unknown) {
    super(`The order cannot be written as JSON: ${cause instanceof Error ? cause.message : cause}.`, { cause });
  }
}

/** The client was closed before the call. */
export class ClosedError extends FoodEtaError {
  override readonly name = 'ClosedError';
  readonly code = 'closed';

  constructor() {
    super('The client is closed: make another one.');
  }
}

/** Too many requests; a server, or a proxy before it, that has none to answer now. */
function isRepeatable(status: number): boolean {
  return status === 429 || status === 502 || status === 503;
}
