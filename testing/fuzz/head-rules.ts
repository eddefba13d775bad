/**
 * What docs/http.md promises for bytes on a connection. Only what is HTTP/1.1 to the letter of RFC 9112 has one answer;
 * of what is not, several are promised, and none of them is a fault of the server.
 */
import { type Promised, promisedFor } from './body-rules.js';

/** Of bytes that are no request: the library's own answers and ours, where it reads them leniently. */
const REFUSALS: ReadonlySet<number> = new Set([100, 200, 400, 404, 405, 413, 415, 422, 431, 501, 505]);
const MOST_FIELDS = 98;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Of the names that RFC 9110 allows the library reads these; to others, such as with `_`, it gives no answer. */
const FIELD_NAME = /^[-0-9A-Za-z]+$/;
const TARGET = /^\/[!-~\x80-\xff]*$/;
const VALUE = /^[\t -~\x80-\xff]*$/;

/** What is wrong with the statuses that bytes were answered with that are no request; undefined for nothing. */
export function faultOfStatuses(statuses: readonly number[]): string | undefined {
  const strange = statuses.filter((status) => !REFUSALS.has(status));
  return strange.length === 0 ? undefined : `${strange.join(', ')} is never promised for what is sent here.`;
}

/** The one answer to one request with nothing behind it; undefined for all else. */
export function promisedForBytes(bytes: string): Promised | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const [line = '', ...fields] = bytes.slice(0, end).split('\r\n');
  const [method = '', target = '', version, ...rest] = line.split(' ');
  if (rest.length > 0 || version !== 'HTTP/1.1' || !TOKEN.test(method) || !TARGET.test(target)) return undefined;
  if (fields.length > MOST_FIELDS || method === 'HEAD') return undefined;
  const headers = new Map<string, string>();
  for (const field of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(0, colon).toLowerCase();
    const value = field.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
    if (colon === -1 || !FIELD_NAME.test(name) || !VALUE.test(value)) return undefined;
    if (headers.has(name) && ['host', 'content-length', 'content-type', 'expect'].includes(name)) return undefined;
    headers.set(name, value);
  }
  const length = headers.get('content-length') ?? '0';
  if (!headers.get('host') || !/^[0-9]{1,6}$/.test(length)) return undefined;
  // These have answers of their own, that the tests beside the server speak of.
  if (['transfer-encoding', 'expect', 'upgrade'].some((name) => headers.has(name))) return undefined;
  const body = Buffer.from(bytes.slice(end + 4), 'latin1');
  if (body.length !== Number(length)) return undefined;
  return answerTo(method, target.split('?', 1)[0] ?? '', headers, body);
}

function answerTo(method: string, path: string, headers: ReadonlyMap<string, string>, body: Uint8Array): Promised {
  const taken = { '/predict': 'POST', '/health/live': 'GET', '/health': 'GET', '/model-info': 'GET', '/': 'GET' }[path];
  if (taken === undefined) return { status: 404, code: 'not_found' };
  if (taken !== method) return { status: 405, code: 'method_not_allowed' };
  if (method === 'GET') return { status: 200 };
  const type = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase();
  return type === 'application/json' ? promisedFor(body) : { status: 415, code: 'unsupported_media_type' };
}
