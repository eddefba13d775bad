/** `GET /status`: what is served, what became of its versions, and the traffic of the last minutes, of all processes. */
import { shorten } from '../describe.js';
import { problem } from '../errors.js';
import type { Route } from '../http.js';
import type { StatusSource } from '../status/status.js';

/**
 * Its parameter `after`, milliseconds since 1970, leaves out the traffic up to then; 400 where it is no whole number.
 */
export function statusRoute(source: StatusSource): Route {
  return {
    method: 'GET',
    path: '/status',
    handle(exchange, head) {
      const given = head.getQuery('after') ?? '0';
      if (!/^\d{1,15}$/.test(given)) {
        const allowed = 'The parameter after takes milliseconds since 1970, a whole number';
        exchange.sendProblem(problem('query_invalid', `${allowed}; this was ${JSON.stringify(shorten(given))}.`));
        return;
      }
      source.status(Number(given)).then(
        (status) => exchange.sendJson(200, status),
        (error: unknown) => exchange.fault(error),
      );
    },
  };
}
