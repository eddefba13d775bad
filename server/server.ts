/**
 * The server as a whole: listens, serves the version that its alias points to, and stops without dropping what it has
 * taken in. What goes wrong with a version or the registry does not end it: it says so, and looks again.
 */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { type ModelUri, parseModelUri } from '../registry/model-uri.js';
import { HttpServer } from './http.js';
import type { Logger } from './log.js';
import { docsRoutes } from './routes/docs.js';
import { healthRoutes } from './routes/health.js';
import { mlflowHookRoute } from './routes/mlflow-hook.js';
import { modelInfoRoute } from './routes/model-info.js';
import { openApiRoute } from './routes/openapi.js';
import { predictRoute } from './routes/predict.js';
import { openModel, type ServedModel } from './served-model.js';
import { Serving } from './serving.js';
import { AliasFollower } from './switching/alias-follower.js';
import { Coordinator } from './switching/coordinator.js';
import { LastGood } from './switching/last-good.js';

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
  const serving = createServing(environment, log);
  const lastGood = new LastGood(environment.CACHE_DIR, registry.address, uri);
  const coordinator = new Coordinator(registry, uri, [serving], lastGood, log);
  const watch = registry.watch(uri.name, () => void follower.hint());
  const look = async (): Promise<void> => {
    // Before the look, so that what happens after it is heard of.
    watch.renew();
    await coordinator.look();
    explain(serving, coordinator, uri);
  };
  const follower = new AliasFollower(look, { intervalMs: environment.POLL_INTERVAL_MS });
  const http: HttpServer = new HttpServer(
    [
      predictRoute(serving),
      modelInfoRoute(serving, coordinator, uri),
      ...healthRoutes(serving, environment.RELEASE, () => http.draining),
      openApiRoute(serving),
      ...(await docsRoutes()),
      mlflowHookRoute(environment.WEBHOOK_SECRET, () => void follower.hint()),
    ],
    (error) => log.error({ err: error }, 'a handler threw'),
  );
  const port = await http.listen(environment.HOST, environment.PORT);
  log.info({ host: environment.HOST, port }, 'listening');
  return {
    port,
    looked: follower.hint(),
    get model() {
      return serving.model;
    },
    async stop() {
      watch.close();
      const stopped = follower.stop();
      const drained = await within(environment.DRAIN_TIMEOUT_MS, http.drain());
      http.close();
      if (drained) await within(environment.DRAIN_TIMEOUT_MS, Promise.all([stopped, serving.stop()]));
      return drained;
    },
  };
}

function createServing({ WORKERS, REQUEST_TIMEOUT_MS, KEEP_PREVIOUS }: Environment, log: Logger): Serving {
  return new Serving({
    open: (target) => openModel(target, { workers: WORKERS, requestTimeoutMs: REQUEST_TIMEOUT_MS }),
    keepPrevious: KEEP_PREVIOUS,
    onLost: (reason) => log.error({ reason }, 'the model is no longer served'),
  });
}

/** Has callers told why there is no model, where there is none. */
function explain(serving: Serving, { refused, registry }: Coordinator, uri: ModelUri): void {
  if (serving.model !== undefined) return;
  if (refused !== undefined) serving.explain(`version ${refused.version.version} was refused: ${refused.reason}`);
  else if (registry?.ok === false)
    serving.explain(`the registry does not say which version ${uri.name} has: ${registry.reason}`);
}

/** Whether `done` is, before the time is up. */
async function within(milliseconds: number, done: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const inTime = await Promise.race([done.then(() => true), timeUp]);
  clearTimeout(timer);
  return inTime;
}
