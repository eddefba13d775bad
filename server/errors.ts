/** Every error that a caller may see: code → status and title. The code is stable; the words may change. */
import Type from 'typebox';

/** The table: code → HTTP status, and what the problem is called. */
export const ERRORS = {
  malformed_request: { status: 400, title: 'The head of the request contradicts itself' },
  malformed_json: { status: 400, title: 'The body is not JSON' },
  query_invalid: { status: 400, title: 'The query of the address has a wrong value' },
  signature_invalid: { status: 401, title: 'The delivery is not signed as it must be' },
  token_missing_or_wrong: { status: 401, title: 'The request has no token that the server knows' },
  not_found: { status: 404, title: 'There is nothing at this path' },
  method_not_allowed: { status: 405, title: 'This path does not take this method' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  order_invalid: { status: 422, title: 'The order has wrong fields' },
  overloaded: { status: 429, title: 'More requests than can be answered in time' },
  internal_error: { status: 500, title: 'The server made a mistake' },
  transfer_encoding_unsupported: { status: 501, title: 'The only transfer-encoding is chunked' },
  server_stopping: { status: 503, title: 'The server is stopping' },
  model_unavailable: { status: 503, title: 'No model is being served' },
  prediction_failed: { status: 503, title: 'The worker that had the request failed' },
  prediction_timeout: { status: 504, title: 'The request waited longer than it may' },
} as const;

/** Stable: a caller may rely on it. */
export type ErrorCode = keyof typeof ERRORS;

/** A field of the body that is not as it must be. */
export const FieldFault = Type.Object({
  path: Type.String({ description: 'JSON Pointer (RFC 6901) into the body; empty for the body itself.' }),
  given: Type.String({ description: 'What was there, as JSON and shortened, or `nothing`.' }),
  allowed: Type.String({ description: 'What may be there.' }),
});
export type FieldFault = Type.Static<typeof FieldFault>;

/** An error response, RFC 9457 with the extensions `code` and `errors`. */
export const Problem = Type.Object({
  type: Type.String({
    format: 'uri',
    description: 'Names the kind of problem; there is nothing to be fetched from it.',
  }),
  title: Type.String({ description: 'The kind of problem, in words.' }),
  status: Type.Integer({ minimum: 400, maximum: 599, description: 'The HTTP status.' }),
  code: Type.Enum(Object.keys(ERRORS) as ErrorCode[], { description: 'The kind of problem, for programs: stable.' }),
  detail: Type.String({ description: 'What went wrong this time and what to do.' }),
  errors: Type.Optional(Type.Array(FieldFault, { description: 'For `order_invalid`: every wrong field.' })),
});
export type Problem = Type.Static<typeof Problem>;

/** The problem that `code` stands for. */
export function problem(code: ErrorCode, detail: string, errors?: FieldFault[]): Problem {
  const { status, title } = ERRORS[code];
  return { type: `urn:food-delivery-time:problem:${code}`, title, status, code, detail, ...(errors && { errors }) };
}
