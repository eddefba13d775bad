/**
 * The server as a whole: listens, serves the version that its alias points to, and stops without dropping what it has
 * taken in. What goes wrong with a version or the registry does not end it: it says so, and looks again.
 */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { parseModelUri } from '../registry/model-uri.js';
import { Bulk } from './bulk/bulk.js';
import { mlflowScoringRoutes } from './doors/mlflow-scoring.js';
import { openInferenceRoutes } from './doors/open-inference.js';
import { followLive, followShadow } from './following.js';
import { HttpServer } from './http.js';
import type { Logger } from './log.js';
import { measureModels } from './metrics/models.js';
import { Metrics } from './metrics/prometheus.js';
import { measureShadow } from './metrics/shadow.js';
import { docsRoutes } from './routes/docs.js';
import { healthRoutes } from './routes/health.js';
import { metricsRoute } from './routes/metrics.js';
import { mlflowHookRoute } from './routes/mlflow-hook.js';
import { modelInfoRoute } from './routes/model-info.js';
import { openApiRoute } from './routes/openapi.js';
import { predictRoute } from './routes/predict.js';
import { predictBatchRoute } from './routes/predict-batch.js';
import type { ServedModel } from './served-model.js';
import { within } from './within.js';

export interface RunningServer {
  readonly port: number;
  /** The model that answers now; undefined while there is none. */
  readonly model: ServedModel | undefined;
  /** Resolves after the first look where the alias points, whether or not there is a model then. */
  readonly looked: Promise<void>;
  /** Takes no more requests, answers those it has, and ends; true when all were answered within the time. */
  stop(): Promise<boolean>;
}

/**
 * Starts to listen, at first answering that there is no model yet, and to look where the alias points.
 * @throws ListenError; RegistryError `uri_invalid`
 */
export async function startServer(
  environment: Environment,
  registry: ModelRegistry,
  log: Logger,
): Promise<RunningServer> {
  const uri = parseModelUri(environment.MODEL_URI);
  // What is watched may have come into being, or been replaced, since the last look.
  const live = followLive(environment, registry, uri, log, () => watch.renew());
  const shadow = followShadow(environment, registry, uri, log);
  const followers = shadow === undefined ? [live.follower] : [live.follower, shadow.follower];
  const look = (): void => {
    for (const follower of followers) void follower.hint();
  };
  const watch = registry.watch(uri.name, look);
  const metrics = new Metrics();
  measureModels(metrics, live, shadow);
  if (shadow !== undefined) measureShadow(metrics, shadow.shadow);
  const bulk = new Bulk();
  const http: HttpServer = new HttpServer(
    [
      predictRoute(live.serving, shadow?.shadow),
      predictBatchRoute(live.serving, bulk),
      modelInfoRoute(live, uri, shadow),
      metricsRoute(metrics),
      ...healthRoutes(live.serving, environment.RELEASE, () => http.draining),
      ...openInferenceRoutes(live.serving, bulk, { release: environment.RELEASE, isDraining: () => http.draining }),
      ...mlflowScoringRoutes(live.serving, bulk, () => http.draining),
      openApiRoute(live.serving),
      ...(await docsRoutes()),
      mlflowHookRoute(environment.WEBHOOK_SECRET, look),
    ],
    (error) => log.error({ err: error }, 'a handler threw'),
  );
  const port = await http.listen(environment.HOST, environment.PORT);
  log.info({ host: environment.HOST, port }, 'listening');
  // What is asked for first is what answers.
  const looked = live.follower.hint().then(() => void shadow?.follower.hint());
  return {
    port,
    looked,
    get model() {
      return live.serving.model;
    },
    async stop() {
      watch.close();
      const ended = Promise.all(followers.map((follower) => follower.stop()));
      const drained = await within(environment.DRAIN_TIMEOUT_MS, http.drain());
      http.close();
      const models = [live.serving.clear(), shadow?.shadow.serving.clear()];
      if (drained) await within(environment.DRAIN_TIMEOUT_MS, Promise.all([ended, live.coordinator.kept, ...models]));
      return drained;
    },
  };
}
