/**
 * The server in one process: listens, serves the version that its alias points to, and stops without dropping what it
 * has taken in. What goes wrong with a version or the registry does not end it: it says so, and looks again.
 */
import type { Environment } from '../config/environment.js';
import type { ServingParams } from '../config/params.js';
import type { ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { parseModelUri } from '../registry/model-uri.js';
import { Aliases } from './following.js';
import { createAdmin, createFront, type FrontOptions } from './front.js';
import type { HttpServer } from './http.js';
import type { Logger } from './log.js';
import { Measures } from './metrics/measures.js';
import { measureModels } from './metrics/models.js';
import { measureShadow } from './metrics/shadow.js';
import { createModels } from './models.js';
import { Opening } from './opening.js';
import { openReception } from './reception.js';
import { StatusBoard } from './status/board.js';
import { sampleTraffic } from './status/sampling.js';
import { within } from './within.js';

/** A server that was started, in one process or in several. */
export interface RunningServer {
  readonly port: number;
  /** The version that answers now; undefined while there is none. */
  readonly version: ModelVersion | undefined;
  /** Resolves after the first look where the alias points, whether or not there is a model then. */
  readonly looked: Promise<void>;
  /** Replaces the processes that answer one after the other, where there are several. */
  roll(): void;
  /** Takes no more requests, answers those it has, and ends; true when all were answered within the time. */
  stop(): Promise<boolean>;
}

/**
 * Starts to listen, at first answering that there is no model yet, and to look where the alias points.
 * @throws ListenError; RegistryError `uri_invalid`; ConfigError for the files of TLS or tokens
 */
export async function startServer(
  environment: Environment,
  params: ServingParams,
  registry: ModelRegistry,
  log: Logger,
): Promise<RunningServer> {
  const reception = openReception(environment, log);
  const measures = new Measures();
  const { metrics, traffic } = measures;
  const models = createModels(environment, params, measures.meters, log);
  const { serving, shadow } = models;
  const participants = { live: serving, shadow: shadow?.serving };
  const aliases = new Aliases(environment, registry, participants, log);
  const status = new StatusBoard(environment, participants, aliases);
  const options: FrontOptions = {
    environment,
    params,
    uri: parseModelUri(environment.MODEL_URI),
    models,
    views: aliases,
    reception,
    traffic,
    refusals: measures.meters.refusals,
    metrics,
    status,
    health: { isPortOpen: () => opening.isOpen },
    hint: () => aliases.hint(),
    log,
  };
  const shadowed = shadow && aliases.shadow && { ...shadow, coordinator: aliases.shadow };
  measureModels(metrics, { serving, coordinator: aliases.live }, shadowed);
  if (shadow !== undefined) measureShadow(metrics, shadow.shadow);
  const http = await createFront(options);
  const stopSampling = sampleTraffic(measures.meters, traffic, status.history);
  const opening: Opening = new Opening(environment, () => listen(http, environment, log), log);
  await opening.begin();
  const admin = await listenAdmin(environment, createAdmin(options, http), log);
  return {
    get port() {
      return opening.port;
    },
    looked: aliases.begin(),
    get version() {
      return serving.model?.version;
    },
    roll: () => log.warn('nothing to roll: there is one process (SERVER_PROCESSES=1), which has to be restarted'),
    async stop() {
      const ended = aliases.stop();
      opening.stop();
      const drained = await drainFront(http, environment);
      http.close();
      admin?.close();
      reception.tokens?.close();
      measures.stop();
      stopSampling();
      const all = Promise.all([ended, serving.clear(), shadow?.serving.clear()]);
      if (drained) await within(environment.DRAIN_TIMEOUT_MS, all);
      return drained;
    },
  };
}

async function listen(http: HttpServer, { HOST, PORT, ALLOW_SHARED_PORT }: Environment, log: Logger): Promise<number> {
  const port = await http.listen(HOST, PORT, { shared: ALLOW_SHARED_PORT });
  log.info({ host: HOST, port }, 'listening');
  return port;
}

/**
 * Where another server may have taken over, connections are waited for as well: each may carry one more request, whose
 * answer closes it, so that none is closed on which a request may be on its way.
 * @returns whether all that was in flight was answered in time
 */
async function drainFront(http: HttpServer, { ALLOW_SHARED_PORT, DRAIN_TIMEOUT_MS }: Environment): Promise<boolean> {
  const answered = http.drain();
  const gone = ALLOW_SHARED_PORT ? answered.then(() => http.left()) : answered;
  return (await within(DRAIN_TIMEOUT_MS, gone)) || http.inFlight === 0;
}

/**
 * Listens on the private port, alone; undefined where there is none.
 * @throws ListenError
 */
export async function listenAdmin(
  { HOST, ADMIN_HOST, ADMIN_PORT }: Environment,
  admin: HttpServer,
  log: Logger,
): Promise<HttpServer | undefined> {
  if (ADMIN_PORT === undefined) return undefined;
  const host = ADMIN_HOST === '' ? HOST : ADMIN_HOST;
  const port = await admin.listen(host, ADMIN_PORT, { settings: { host: 'ADMIN_HOST', port: 'ADMIN_PORT' } });
  log.info({ host, port }, 'listening for administration');
  return admin;
}
