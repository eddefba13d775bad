/** The pages for people, as the API document has them, and the documents that they show. */
import { DOCS_FILES } from '../docs/files.js';
import { STATUS_PAGE_FILES } from '../status-page/files.js';
import { answer, CACHED, errors, IF_NONE_MATCH, json, NOT_MODIFIED, READ } from './answer-parts.js';

const status = {
  operationId: 'status',
  tags: ['operation'],
  summary: 'What the page at `/` shows: versions, switches, refusals, and the traffic of the last minutes',
  description:
    'Of all processes together, also while there is no model. A point of the traffic is about a second; who asks again ' +
    'names the last one that it has in `after`.',
  parameters: [
    {
      name: 'after',
      in: 'query',
      description: 'Traffic up to then is left out: the `at` of a point.',
      schema: { type: 'integer', minimum: 0, maximum: 999_999_999_999_999 },
    },
  ],
  responses: {
    200: answer('The status.', json('Status')),
    ...errors(READ, ['query_invalid', 'internal_error']),
  },
};

const statusPage = {
  operationId: 'statusPage',
  tags: ['documentation'],
  summary: 'A page for people: what `/status` tells, and a form to try an order',
  parameters: [IF_NONE_MATCH],
  responses: {
    200: answer('The page.', { 'text/html': { schema: { type: 'string' } } }, CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, []),
  },
};

const statusPageFile = {
  operationId: 'statusPageFile',
  tags: ['documentation'],
  summary: 'What that page consists of',
  parameters: [fileNamed(STATUS_PAGE_FILES), IF_NONE_MATCH],
  responses: {
    200: answer('The file.', Object.fromEntries(STATUS_PAGE_FILES.map(({ mediaType }) => [mediaType, {}])), CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, ['not_found']),
  },
};

const openApi = {
  operationId: 'openApi',
  tags: ['documentation'],
  summary: 'This document',
  parameters: [IF_NONE_MATCH],
  responses: {
    200: answer('The document, for the version that answers now.', json('OpenApiDocument'), CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, ['internal_error']),
  },
};

const docs = {
  operationId: 'docs',
  tags: ['documentation'],
  summary: 'This document as a page to read and to try things out',
  parameters: [IF_NONE_MATCH],
  responses: {
    200: answer('The page; `/docs/` gives it too.', { 'text/html': { schema: { type: 'string' } } }, CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, []),
  },
};

const docsFile = {
  operationId: 'docsFile',
  tags: ['documentation'],
  summary: 'What the page consists of',
  parameters: [fileNamed(DOCS_FILES), IF_NONE_MATCH],
  responses: {
    200: answer('The file.', Object.fromEntries(DOCS_FILES.map(({ mediaType }) => [mediaType, {}])), CACHED),
    304: NOT_MODIFIED,
    ...errors(READ, ['not_found']),
  },
};

/** Path → its operations, as OpenAPI 3.1 has them. */
export const PAGE_PATHS = {
  '/': { get: statusPage },
  '/status': { get: status },
  '/status-page/{file}': { get: statusPageFile },
  '/openapi.json': { get: openApi },
  '/docs': { get: docs },
  '/docs/{file}': { get: docsFile },
};

function fileNamed(files: readonly { readonly name: string }[]) {
  const schema = { type: 'string', enum: files.map(({ name }) => name) };
  return { name: 'file', in: 'path', required: true, description: 'The name of the file.', schema };
}
