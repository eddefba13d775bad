/** `GET /health`: whether a prediction would succeed now. `GET /health/live`: whether the process answers at all. */
import type { Healthy, Liveness, Processes, Unavailable } from '../answers.js';
import type { Route } from '../http.js';

/** What answers, as far as it matters here. */
export interface Answering {
  /** Undefined while no prediction would succeed. */
  readonly model: object | undefined;
  /** Why there is none. */
  readonly reason: string;
}

/** What health tells of besides the model. */
export interface HealthOptions {
  /** Whether the server is stopping. */
  readonly isStopping?: () => boolean;
  /** Of a server with several processes: how many there are to be, and how many serve. */
  readonly processes?: () => Processes | undefined;
  /** Whether the port is open; undefined where it is not waited for. */
  readonly isPortOpen?: () => boolean | undefined;
}

/**
 * Both routes.
 * @param release the commit or version of this program
 * @param isDraining whether the server is stopping
 */
export function healthRoutes(
  serving: Answering,
  release: string,
  isDraining: () => boolean,
  { processes = () => undefined, isPortOpen = () => undefined }: HealthOptions = {},
): Route[] {
  return [
    {
      method: 'GET',
      path: '/health',
      handle(exchange) {
        const loaded = serving.model !== undefined;
        const reason = isDraining() ? 'the server is stopping' : loaded ? undefined : serving.reason;
        const [of, portOpen] = [processes(), isPortOpen()];
        const more = {
          ...(portOpen === undefined ? {} : { port_open: portOpen }),
          ...(of === undefined ? {} : { processes: of }),
        };
        if (reason === undefined) {
          exchange.sendJson(200, { status: 'healthy', model_loaded: true, release, ...more } satisfies Healthy);
          return;
        }
        const unavailable: Unavailable = { status: 'unavailable', model_loaded: loaded, release, reason, ...more };
        exchange.sendJson(503, unavailable);
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
