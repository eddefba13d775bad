/** `GET /health`: whether a prediction would succeed now. `GET /health/live`: whether the process answers at all. */
import type { Healthy, Liveness, Unavailable } from '../answers.js';
import type { Route } from '../http.js';
import type { Serving } from '../serving.js';

/**
 * @param release the commit or version of this program
 * @param isDraining whether the server is stopping
 */
export function healthRoutes(serving: Serving, release: string, isDraining: () => boolean): Route[] {
  return [
    {
      method: 'GET',
      path: '/health',
      handle(exchange) {
        const loaded = serving.model !== undefined;
        const reason = isDraining() ? 'the server is stopping' : loaded ? undefined : serving.reason;
        if (reason === undefined) {
          exchange.sendJson(200, { status: 'healthy', model_loaded: true, release } satisfies Healthy);
          return;
        }
        exchange.sendJson(503, { status: 'unavailable', model_loaded: loaded, release, reason } satisfies Unavailable);
      },
    },
    {
      method: 'GET',
      path: '/health/live',
      handle(exchange) {
        exchange.sendJson(200, { status: 'alive', release } satisfies Liveness);
      },
    },
  ];
}
