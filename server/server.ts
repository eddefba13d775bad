/** The server as a whole: listens, loads its model, answers, and stops without dropping what it has taken in. */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { parseModelUri, resolveModelUri } from '../registry/model-uri.js';
import { HttpServer } from './http.js';
import type { Logger } from './log.js';
import { docsRoutes } from './routes/docs.js';
import { healthRoutes } from './routes/health.js';
import { modelInfoRoute } from './routes/model-info.js';
import { openApiRoute } from './routes/openapi.js';
import { predictRoute } from './routes/predict.js';
import { retire, type ServedModel, serveVersion } from './served-model.js';
import { Serving } from './serving.js';

export interface RunningServer {
  readonly port: number;
  readonly model: ServedModel;
  /** Takes no more requests, answers those it has, and ends; true when all were answered within the time. */
  stop(): Promise<boolean>;
}

/**
 * Starts to listen, at first answering that there is no model yet, then loads it.
 * @throws ListenError, or RegistryError, FeatureError or PoolError where the version asked for cannot be served
 */
export async function startServer(
  environment: Environment,
  registry: ModelRegistry,
  log: Logger,
): Promise<RunningServer> {
  const uri = parseModelUri(environment.MODEL_URI);
  const serving = new Serving((reason) => log.error({ reason }, 'the model is no longer served'));
  const http: HttpServer = new HttpServer(
    [
      predictRoute(serving),
      modelInfoRoute(serving, uri),
      ...healthRoutes(serving, environment.RELEASE, () => http.draining),
      openApiRoute(serving),
      ...(await docsRoutes()),
    ],
    (error) => log.error({ err: error }, 'a handler threw'),
  );
  const port = await http.listen(environment.HOST, environment.PORT);
  log.info({ host: environment.HOST, port }, 'listening');
  try {
    const version = await resolveModelUri(registry, uri);
    const options = { workers: environment.WORKERS, requestTimeoutMs: environment.REQUEST_TIMEOUT_MS };
    const model = await serveVersion(registry, version, options);
    serving.start(model);
    const { name, tags } = version;
    const { alias } = uri;
    log.info({ model: name, version: version.version, alias, data: tags['data'], workers: options.workers }, 'serving');
    return { port, model, stop: () => stop(http, model, environment.DRAIN_TIMEOUT_MS) };
  } catch (error) {
    http.close();
    throw error;
  }
}

async function stop(http: HttpServer, model: ServedModel, drainTimeoutMs: number): Promise<boolean> {
  const drained = await Promise.race([http.drain().then(() => true), after(drainTimeoutMs).then(() => false)]);
  http.close();
  if (drained) await Promise.race([retire(model), after(drainTimeoutMs)]);
  return drained;
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
