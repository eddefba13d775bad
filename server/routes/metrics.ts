/** `GET /metrics`: what Prometheus scrapes, also while there is no model. */
import type { Route } from '../http.js';
import { METRICS_CONTENT_TYPE, type Metrics } from '../metrics/prometheus.js';

export function metricsRoute(metrics: Metrics): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle(exchange) {
      metrics.text().then(
        (text) => exchange.send(200, METRICS_CONTENT_TYPE, text),
        (error: unknown) => exchange.fault(error),
      );
    },
  };
}
