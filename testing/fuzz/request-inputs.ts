/**
 * What is sent to the server, bytes in Latin-1: bodies on connections that are kept, in pieces and in chunks, and heads gone
 * wrong.
 */
import fc from 'fast-check';
import { mutated } from './mutations.js';
import { bodyBytes, bodyText } from './order-texts.js';

export type RequestInput =
  /** On a connection that carries others too; `cuts` are the places after its head's first line where it is cut. */
  | { readonly kind: 'body'; readonly body: string; readonly cuts: readonly number[] }
  /** Right chunks, on a connection of their own. */
  | {
      readonly kind: 'chunks';
      readonly body: string;
      readonly sizes: readonly number[];
      readonly extension: string;
    }
  /** Sent in one; all but the last are answered at once. */
  | { readonly kind: 'pipeline'; readonly bodies: readonly string[] }
  /** On a connection of their own, with the end right behind them. */
  | { readonly kind: 'bytes'; readonly bytes: string };

const HEAD_WORDS = [
  '\r\n',
  '\n',
  '\r',
  ' ',
  '\t',
  ':',
  '\0',
  '\x7f',
  '\xff',
  '\r\n\r\n',
  'HTTP/1.1',
  'HTTP/1.0',
  'GET',
  'POST',
  '/',
  '?',
  '%00',
  '/predict',
  '/health',
  'Host: x\r\n',
  'Host: y\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 0\r\n',
  'content-length:-1\r\n',
  'Content-Length: 99999999999999999999\r\n',
  'Transfer-Encoding: chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Transfer-Encoding: identity\r\n',
  '0\r\n\r\n',
  '5\r\nhello\r\n',
  'ffffffff\r\n',
  ';x=y',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: websocket\r\n',
  'Expect: 100-continue\r\n',
  ': \r\n',
  ' folded\r\n',
  'A: b\r\n',
  '{}',
  'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n',
] as const;

const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'get', 'PROPFIND', 'M-SEARCH'] as const;
const PATHS = [
  '/predict',
  '/health/live',
  '/',
  '/predict/',
  '/nowhere',
  '/predict?x=1',
  '/health/live?',
  '/%70redict',
  '*',
] as const;
const TYPES = ['application/json', 'Application/JSON; charset=utf-8', 'text/plain', '', 'application/jsonp'] as const;
const FIELDS = [
  'Accept: */*',
  'Connection: keep-alive',
  'X-Forwarded-For: 192.0.2.1',
  'Cookie: a=b',
  'X-9: \xe9',
  'Empty:',
] as const;

/** A request that is HTTP, to whatever path with whatever method. */
const request = fc
  .record({
    method: fc.constantFrom(...METHODS),
    path: fc.constantFrom(...PATHS),
    type: fc.constantFrom(...TYPES),
    fields: fc.array(fc.constantFrom(...FIELDS), { maxLength: 4 }),
    body: fc.oneof(fc.constant(''), bodyText),
    tellsLength: fc.boolean(),
  })
  .map(({ method, path, type, fields, body, tellsLength }) => {
    const bytes = Buffer.from(body).toString('latin1');
    const told = bytes === '' && !tellsLength ? [] : [`Content-Length: ${bytes.length}`];
    const lines = [`${method} ${path} HTTP/1.1`, 'Host: x', `Content-Type: ${type}`, ...fields, ...told];
    return `${lines.join('\r\n')}\r\n\r\n${bytes}`;
  });

export const requestInput: fc.Arbitrary<RequestInput> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('body' as const),
      body: bodyBytes,
      cuts: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(fc.nat(2_000), { maxLength: 3 })),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('chunks' as const),
      body: bodyBytes,
      sizes: fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 }),
      // The library reads no other than one that a space stands before.
      extension: fc.constantFrom('', '', ' ', ' ;a=b', '\t;a="b"'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('pipeline' as const),
      bodies: fc.array(bodyBytes, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('bytes' as const),
      bytes: fc.oneof(
        { weight: 2, arbitrary: request },
        { weight: 6, arbitrary: mutated(request, HEAD_WORDS) },
        {
          weight: 1,
          arbitrary: fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) }),
        },
      ),
    }),
  },
);
