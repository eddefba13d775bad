/** The files of the status page, as they lie in `browser/`: nothing is made of them but a copy beside this program. */
import { readFile } from 'node:fs/promises';

/** A file as it is served. */
export interface PageFile {
  readonly name: string;
  readonly mediaType: string;
  /** Rejects with the fault of the system where it is not there. */
  read(): Promise<Buffer>;
}

/**
 * What the page may load and do: its own files and this server, nothing else. It has no inline script and no inline
 * style, and makes no elements out of text.
 */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const FOLDER = new URL('./browser/', import.meta.url);
const file = (name: string, mediaType: string): PageFile => ({
  name,
  mediaType,
  read: () => readFile(new URL(name, FOLDER)),
});

/** Those below `/status-page/`, which the page loads. */
export const STATUS_PAGE_FILES: readonly PageFile[] = [
  file('style.css', 'text/css'),
  file('icon.svg', 'image/svg+xml'),
  ...[
    'main',
    'limits',
    'connection',
    'charts',
    'chart',
    'axis',
    'chart-lines',
    'versions',
    'events',
    'order-form',
    'order-fields',
    'elements',
    'words',
  ].map((name) => file(`${name}.mjs`, 'text/javascript')),
];

/** The page itself, HTML. Rejects with the fault of the system where it is not there. */
export function readPage(): Promise<Buffer> {
  return readFile(new URL('index.html', FOLDER));
}
