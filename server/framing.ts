/**
 * Where the body of a request ends, as its head says; what is in doubt is refused (RFC 9112, section 6).
 *
 * uWebSockets.js takes the first of several Content-Lengths, an empty one for none, and any Transfer-Encoding for
 * `chunked`. A proxy before it that decides otherwise sees other requests on the connection than this server does:
 * request smuggling. And it reads chunk extensions and trailers wrongly, so that what it leaves of a chunked body may
 * look like a request: a connection that has carried one is closed after its answer.
 */
import { type Problem, problem } from './errors.js';

/** What is asked of a request's head. */
export interface HeadersVisited {
  forEach(visit: (lowerCaseName: string, value: string) => void): void;
}

let lengths = 0;
let length = '';
let encodings = 0;
let encoding = '';
let hosts = 0;
let differ = false;

/** One function for all requests, where each would need a closure. */
function visit(name: string, value: string): void {
  if (name === 'content-length') {
    differ ||= lengths > 0 && value !== length;
    lengths += 1;
    length = value;
  } else if (name === 'transfer-encoding') {
    encodings += 1;
    encoding = value;
  } else if (name === 'host') hosts += 1;
}

/** What the head says of the body: `chunked`, or `plain` for one whose length is told or that is none; or its fault. */
export function framingOf(head: HeadersVisited): 'plain' | 'chunked' | Problem {
  lengths = 0;
  encodings = 0;
  hosts = 0;
  differ = false;
  head.forEach(visit);
  if (hosts > 1) return problem('malformed_request', 'There is more than one Host header.');
  if (differ) return problem('malformed_request', 'There are Content-Length headers that differ.');
  if (lengths > 0 && length === '') return problem('malformed_request', 'The Content-Length is empty.');
  if (encodings === 0) return 'plain';
  if (encodings === 1 && encoding.toLowerCase() === 'chunked') return 'chunked';
  const given = encodings === 1 ? `this was ${JSON.stringify(encoding)}` : `there were ${encodings}`;
  return problem('transfer_encoding_unsupported', `A request may have one transfer-encoding, chunked; ${given}.`);
}
