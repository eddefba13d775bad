/** `GET /`: the status page, and the files that it consists of. */
import type { Route } from '../http.js';
import { pageHeaders, resource, routeTo } from '../resource.js';
import { CONTENT_SECURITY_POLICY, readPage, STATUS_PAGE_FILES } from '../status-page/files.js';

/** Reads all files of the page, which are then answered from memory. */
export async function statusPageRoutes(): Promise<Route[]> {
  const headers = pageHeaders(CONTENT_SECURITY_POLICY);
  const files = STATUS_PAGE_FILES.map(async ({ name, mediaType, read }) =>
    routeTo(`/status-page/${name}`, resource(`${mediaType}; charset=utf-8`, await read(), headers)),
  );
  const page = resource('text/html; charset=utf-8', await readPage(), headers);
  return [routeTo('/', page), ...(await Promise.all(files))];
}
