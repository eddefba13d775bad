/** An example of each error, such as the server gives it. */
import { ERRORS, type ErrorCode, type FieldFault, type Problem, problem } from '../errors.js';
import { MAX_BODY_BYTES } from '../limits.js';

const DETAILS: Readonly<Record<ErrorCode, string>> = {
  malformed_request: 'There is more than one Host header.',
  malformed_json: "The body is not JSON: Expected property name or '}' in JSON at position 1.",
  query_invalid: 'The parameter after takes milliseconds since 1970, a whole number; this was "yesterday".',
  signature_invalid: 'The delivery is not believed: its signature is not made with WEBHOOK_SECRET.',
  token_missing_or_wrong: 'Send a token that the server knows, as `Authorization: Bearer TOKEN`.',
  not_found: 'There is no /docs/index.css here.',
  method_not_allowed: '/predict takes POST; this was GET.',
  body_too_large: `A body may have ${MAX_BODY_BYTES} bytes.`,
  unsupported_media_type: 'The content-type must be application/json; it was text/plain.',
  order_invalid: 'Wrong: /Delivery_person_Age, /Restaurant_latitude.',
  overloaded: 'All room for waiting requests is taken.',
  internal_error: 'The fault is in the log of the server.',
  server_stopping: 'The server is stopping: send it to another.',
  model_unavailable: 'There is no model: it is being loaded.',
  prediction_failed: 'The worker that had the batch died.',
  transfer_encoding_unsupported: 'A request may have one transfer-encoding, chunked; this was "gzip".',
  prediction_timeout: 'It waited 1000 ms.',
};

const ORDER_FAULTS: readonly FieldFault[] = [
  { path: '/Delivery_person_Age', given: '"36"', allowed: 'a number of years, 18 or more, or null' },
  { path: '/Restaurant_latitude', given: '5.9', allowed: 'a number of degrees from 6 to 38' },
];

function problemExample(code: ErrorCode, faults: readonly FieldFault[]): Problem {
  return problem(code, DETAILS[code], code === 'order_invalid' ? [...faults] : undefined);
}

/**
 * The responses by which an operation gives these errors, by status; errors of one status share a response.
 * @param faults an example of those of `order_invalid`
 */
export function problemResponses(
  codes: readonly ErrorCode[],
  headersOf: (code: ErrorCode) => object | undefined,
  faults = ORDER_FAULTS,
): Record<string, object> {
  const statuses = new Set(codes.map((code) => ERRORS[code].status));
  return Object.fromEntries(
    [...statuses].map((status) => {
      const given = codes.filter((code) => ERRORS[code].status === status);
      const headers = given.map(headersOf).find((one) => one !== undefined);
      const response = {
        description: given.map((code) => `\`${code}\`: ${ERRORS[code].title}.`).join(' '),
        ...(headers && { headers }),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(
              given.map((code) => [code, { summary: ERRORS[code].title, value: problemExample(code, faults) }]),
            ),
          },
        },
      };
      return [status, response] as const;
    }),
  );
}
