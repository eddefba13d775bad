/** What is fetched whole and seldom changes: a page, a script, the API document. Callers that have it get a 304. */
import { createHash } from 'node:crypto';
import type { Exchange, Headers } from './exchange.js';
import type { Route } from './http.js';
import type { RequestHead } from './request-head.js';

/** A body that is ready to be sent, with its entity tag. */
export interface Resource {
  readonly contentType: string;
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: Headers;
}

/**
 * The content with its entity tag, a hash of it.
 * @param headers in addition to those for caches: keep it, but ask each time whether it is still the same
 */
export function resource(contentType: string, content: string | Buffer, headers: Headers = []): Resource {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { contentType, body, etag, headers: [['etag', etag], ['cache-control', 'no-cache'], ...headers] };
}

/** Sends it, or a 304 to a caller that has it already. */
export function sendResource(
  exchange: Exchange,
  head: RequestHead,
  { contentType, body, etag, headers }: Resource,
): void {
  exchange.send(has(head.getHeader('if-none-match'), etag) ? 304 : 200, contentType, body, headers);
}

/** The route by which it is answered. */
export function routeTo(path: string, content: Resource): Route {
  return { method: 'GET', path, handle: (exchange, head) => sendResource(exchange, head, content) };
}

/** @param policy what a page and its files may load and do, as a Content-Security-Policy */
export function pageHeaders(policy: string): Headers {
  return [
    ['content-security-policy', policy],
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
  ];
}

/** Whether `If-None-Match` names it (RFC 9110, 13.1.2), by the weak comparison. */
function has(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
