/**
 * Where the body of a request ends, as its head says; what is in doubt is refused (RFC 9112, section 6).
 *
 * uWebSockets.js takes the first of several Content-Lengths, an empty one for none, and any Transfer-Encoding for
 * `chunked`. A proxy before it that decides otherwise sees other requests on the connection than this server does:
 * request smuggling. And it reads chunk extensions and trailers wrongly, so that what it leaves of a chunked body may
 * look like a request: a connection that has carried one is closed after its answer.
 */
import { type Problem, problem } from './errors.js';
import type { RequestHead } from './request-head.js';

/** What the head says of the body: `chunked`, or `plain` for one whose length is told or that is none; or its fault. */
export function framingOf(head: RequestHead): 'plain' | 'chunked' | Problem {
  const { hosts, contentLengths, contentLength, transferEncodings, transferEncoding } = head;
  if (hosts > 1) return problem('malformed_request', 'There is more than one Host header.');
  if (head.contentLengthsDiffer) return problem('malformed_request', 'There are Content-Length headers that differ.');
  if (contentLengths > 0 && contentLength === '') return problem('malformed_request', 'The Content-Length is empty.');
  if (transferEncodings === 0) return 'plain';
  if (transferEncodings === 1 && transferEncoding.toLowerCase() === 'chunked') return 'chunked';
  const given =
    transferEncodings === 1 ? `this was ${JSON.stringify(transferEncoding)}` : `there were ${transferEncodings}`;
  return problem('transfer_encoding_unsupported', `A request may have one transfer-encoding, chunked; ${given}.`);
}
