/** What the descriptions of operations are put together from. */

import type { ErrorCode, FieldFault } from '../errors.js';
import { RETRY_AFTER_SECONDS } from '../limits.js';
import { problemResponses } from './problem-examples.js';

interface Answer {
  readonly description: string;
  readonly headers?: object;
  readonly content: object;
}

/** A response: its description, its content and its headers. */
export const answer = (description: string, content: object, headers?: object): Answer => ({
  description,
  ...(headers && { headers }),
  content,
});
/** Content of JSON, by the name of a schema under `components`. */
export const json = (schema: string) => ({
  'application/json': { schema: { $ref: `#/components/schemas/${schema}` } },
});

/** A header that is always there. */
export const header = (description: string, schema: object) => ({ description, required: true, schema });
/** The headers of an answer that a model gave. */
export const VERSION = {
  'x-model-version': header('The version that gave the answer.', { type: 'integer', minimum: 1 }),
};
/** The headers of an answer after which it is worth to try again. */
export const RETRY_AFTER = {
  'retry-after': header('Seconds after which to try again.', { type: 'integer', minimum: RETRY_AFTER_SECONDS }),
};
/** The headers of a 401. */
export const WANTED = {
  'www-authenticate': header('What is wanted: a token, or the signature.', {
    type: 'string',
    enum: ['Bearer', 'Signature'],
  }),
};
/** None, where the server has no `API_TOKENS_FILE`; else a token. */
export const SECURITY = [{}, { token: [] }];
/** The parameter by which a caller says how long it waits. */
export const TIMEOUT = {
  name: 'x-request-timeout-ms',
  in: 'header',
  description:
    'Milliseconds after which the caller has no use for the answer: a row that has waited so long is not predicted, and is ' +
    'answered with 504. More than the server allows counts as what it allows.',
  schema: { type: 'integer', minimum: 1 },
};
/** The headers of what a caller may keep. */
export const CACHED = {
  etag: header('Names this state of it.', { type: 'string' }),
  'cache-control': header('It may be kept, but is to be asked for each time.', { type: 'string', const: 'no-cache' }),
};
/** The response 304. */
export const NOT_MODIFIED = { description: 'The caller has it already.', headers: CACHED };
/** The parameter that a 304 answers. */
export const IF_NONE_MATCH = {
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
export function errors(
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

/** The methods of a path that is read. */
export const READ = 'GET, HEAD';
