/** `GET /openapi.json`: the API document, which speaks of the version that answers. */
import type { Route } from '../http.js';
import { openApiResource } from '../openapi/document.js';
import { sendResource } from '../resource.js';
import type { Serving } from '../serving.js';

/** The route; while there is no model, the document speaks of none. */
export function openApiRoute(serving: Serving): Route {
  const withoutModel = openApiResource(undefined);
  return {
    method: 'GET',
    path: '/openapi.json',
    handle: (exchange, head) => sendResource(exchange, head, serving.model?.document ?? withoutModel),
  };
}
