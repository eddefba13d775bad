/**
 * The server as a whole: listens, serves the version that its alias points to, and stops without dropping what it has
 * taken in. What goes wrong with a version or the registry does not end it: it says so, and looks again.
 */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { parseModelUri } from '../registry/model-uri.js';
import { followLive, followShadow } from './following.js';
import { type HttpOptions, HttpServer } from './http.js';
import type { Logger } from './log.js';
import { Measures } from './metrics/measures.js';
import { RequestLog } from './request-log.js';
import { docsRoutes } from './routes/docs.js';
import { healthRoutes } from './routes/health.js';
import { metricsRoute } from './routes/metrics.js';
import { mlflowHookRoute } from './routes/mlflow-hook.js';
import { modelInfoRoute } from './routes/model-info.js';
import { openApiRoute } from './routes/openapi.js';
import { predictRoute } from './routes/predict.js';
import type { ServedModel } from './served-model.js';
import { readTlsFiles } from './tls.js';
import { Tokens } from './tokens.js';
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
 * @throws ListenError; RegistryError `uri_invalid`; ConfigError for the files of TLS or tokens
 */
export async function startServer(
  environment: Environment,
  registry: ModelRegistry,
  log: Logger,
): Promise<RunningServer> {
  const uri = parseModelUri(environment.MODEL_URI);
  const options = httpOptions(environment, log);
  const measures = new Measures();
  // What is watched may have come into being, or been replaced, since the last look.
  const live = followLive(environment, registry, uri, log, measures.meters, () => watch.renew());
  const shadow = followShadow(environment, registry, uri, log, measures.meters);
  const followers = shadow === undefined ? [live.follower] : [live.follower, shadow.follower];
  const look = (): void => {
    for (const follower of followers) void follower.hint();
  };
  const watch = registry.watch(uri.name, look);
  measures.follow(live, shadow);
  const http: HttpServer = new HttpServer(
    [
      { ...predictRoute(live.serving, shadow?.shadow), protected: true },
      modelInfoRoute(live, uri, shadow),
      metricsRoute(measures.metrics),
      ...healthRoutes(live.serving, environment.RELEASE, () => http.draining),
      openApiRoute(live.serving),
      ...(await docsRoutes()),
      mlflowHookRoute(environment.WEBHOOK_SECRET, look, options.tokens !== undefined),
    ],
    (error) => log.error({ err: error }, 'a handler threw'),
    { ...options, traffic: measures.traffic },
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
      options.tokens?.close();
      measures.stop();
      const models = [live.serving.clear(), shadow?.shadow.serving.clear()];
      if (drained) await within(environment.DRAIN_TIMEOUT_MS, Promise.all([ended, live.coordinator.kept, ...models]));
      return drained;
    },
  };
}

/** How the environment wants requests to come in. */
function httpOptions(environment: Environment, log: Logger): HttpOptions {
  const { TLS_CERT_FILE, TLS_KEY_FILE, API_TOKENS_FILE, LOG_REQUESTS } = environment;
  return {
    tls: readTlsFiles(TLS_CERT_FILE, TLS_KEY_FILE),
    tokens: API_TOKENS_FILE === '' ? undefined : new Tokens(API_TOKENS_FILE, log),
    requestLog: LOG_REQUESTS === 'sample' ? new RequestLog(log) : undefined,
  };
}
