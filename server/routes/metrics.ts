/** `GET /metrics`: what Prometheus scrapes, also while there is no model. */
import type { Route } from '../http.js';
import { METRICS_CONTENT_TYPE } from '../metrics/prometheus.js';

/** This process's metrics, or all processes'. */
export interface MetricsSource {
  text(): Promise<string>;
}

/** The route; a source that fails is a mistake of ours, answered with 500. */
export function metricsRoute(metrics: MetricsSource): Route {
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
