/** `GET /docs`: the API document as a page, by Swagger UI. */
import { DOCS_FILES } from '../docs/files.js';
import { CONTENT_SECURITY_POLICY, page } from '../docs/page.js';
import type { Route } from '../http.js';
import { pageHeaders, resource, routeTo } from '../resource.js';

const HEADERS = pageHeaders(CONTENT_SECURITY_POLICY);

/** Reads all files of the page, about 2 MB, which are then answered from memory. */
export async function docsRoutes(): Promise<Route[]> {
  const files = DOCS_FILES.map(async ({ name, mediaType, read }) => {
    const type = mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType;
    return routeTo(`/docs/${name}`, resource(type, await read(), HEADERS));
  });
  return [
    routeTo('/docs', resource('text/html; charset=utf-8', page('docs/'), HEADERS)),
    routeTo('/docs/', resource('text/html; charset=utf-8', page(''), HEADERS)),
    ...(await Promise.all(files)),
  ];
}
