/** What one process answers: the routes over its models, and those of its port for administration. */
import type { Environment } from '../config/environment.js';
import type { ServingParams } from '../config/params.js';
import type { ModelUri } from '../registry/model-uri.js';
import { Bulk } from './bulk/bulk.js';
import { mlflowScoringRoutes } from './doors/mlflow-scoring.js';
import { openInferenceRoutes } from './doors/open-inference.js';
import { Gate } from './gate.js';
import { HttpServer, type Route } from './http.js';
import type { Logger } from './log.js';
import type { Refusals } from './metrics/refusals.js';
import type { Traffic } from './metrics/traffic.js';
import type { Models } from './models.js';
import type { Reception } from './reception.js';
import { docsRoutes } from './routes/docs.js';
import { type HealthOptions, healthRoutes } from './routes/health.js';
import { type MetricsSource, metricsRoute } from './routes/metrics.js';
import { mlflowHookRoute } from './routes/mlflow-hook.js';
import { type ModelInfoSource, modelInfoRoute } from './routes/model-info.js';
import { openApiRoute } from './routes/openapi.js';
import { predictRoute } from './routes/predict.js';
import { predictBatchRoute } from './routes/predict-batch.js';
import { statusRoute } from './routes/status.js';
import { statusPageRoutes } from './routes/status-page.js';
import type { StatusSource } from './status/status.js';
import type { CoordinatorView } from './switching/view.js';

/** What is known of the aliases, here or in the process that follows them. */
export interface AliasViews {
  readonly live: CoordinatorView;
  /** Undefined where no shadow was asked for. */
  readonly shadow: CoordinatorView | undefined;
}

/** What the routes of one process work with. */
export interface FrontOptions {
  readonly environment: Environment;
  readonly params: ServingParams;
  /** What the server was asked to serve. */
  readonly uri: ModelUri;
  readonly models: Models;
  readonly views: AliasViews;
  readonly reception: Reception;
  /** Counts the requests. */
  readonly traffic: Traffic;
  /** Counts the rows that get no minutes. */
  readonly refusals: Refusals;
  readonly metrics: MetricsSource;
  readonly status: StatusSource;
  readonly health: HealthOptions;
  /** Has the aliases looked at. */
  readonly hint: () => void;
  readonly log: Logger;
}

/** The routes that callers have, with what they share; not listening yet. */
export async function createFront(options: FrontOptions): Promise<HttpServer> {
  const { environment, params, models, reception, traffic, refusals, hint, log } = options;
  const { serving } = models;
  // Where another server or process has the port too, callers may come on: what they send here still is answered.
  const isStopping = options.health.isStopping ?? (() => http.draining && !environment.ALLOW_SHARED_PORT);
  const gate = new Gate(environment.REQUEST_TIMEOUT_MS, params.max_event_loop_lag_ms, refusals, isStopping);
  const bulk = new Bulk(gate);
  const http: HttpServer = new HttpServer(
    [
      predictRoute(serving, gate, models.shadow?.shadow),
      predictBatchRoute(serving, bulk),
      ...sharedRoutes(options, isStopping),
      ...openInferenceRoutes(serving, bulk, { release: environment.RELEASE, isDraining: isStopping }),
      ...mlflowScoringRoutes(serving, bulk, isStopping),
      openApiRoute(serving),
      ...(await docsRoutes()),
      ...(await statusPageRoutes()),
      mlflowHookRoute(environment.WEBHOOK_SECRET, hint, reception.tokens !== undefined),
    ],
    onFault(log),
    { ...reception, traffic },
  );
  return http;
}

/** The private port of a server with one process: what is there as well speaks of `front`. */
export function createAdmin(options: FrontOptions, front: HttpServer): HttpServer {
  return new HttpServer(
    sharedRoutes(options, () => front.draining),
    onFault(options.log),
  );
}

/** What `GET /model-info` tells from. */
export function modelInfoSource({ models: { serving, shadow }, views, uri }: FrontOptions): ModelInfoSource {
  return {
    live: { serving, coordinator: views.live },
    uri,
    shadow: shadow === undefined || views.shadow === undefined ? undefined : { ...shadow, coordinator: views.shadow },
  };
}

function sharedRoutes(options: FrontOptions, isDraining: () => boolean): Route[] {
  const { models, environment, health } = options;
  const { live, uri, shadow } = modelInfoSource(options);
  return [
    modelInfoRoute(live, uri, shadow),
    metricsRoute(options.metrics),
    statusRoute(options.status),
    ...healthRoutes(models.serving, environment.RELEASE, isDraining, health),
  ];
}

function onFault(log: Logger): (error: unknown) => void {
  return (error) => log.error({ err: error }, 'a handler threw');
}
