/** A process that answers, as the program that the supervisor starts. It ends when it is told to, or nobody is there to. */
import { type Environment, readEnvironment } from '../../config/environment.js';
import { readParams } from '../../config/params.js';
import { parseModelUri } from '../../registry/model-uri.js';
import type { Processes } from '../answers.js';
import { createFront, type FrontOptions, modelInfoSource } from '../front.js';
import type { HttpServer } from '../http.js';
import { createLogger } from '../log.js';
import { Measures } from '../metrics/measures.js';
import { measureLoaded } from '../metrics/models.js';
import { measureShadow } from '../metrics/shadow.js';
import { createModels, type Models } from '../models.js';
import { openReception } from '../reception.js';
import { modelInfo } from '../routes/model-info.js';
import type { Serving } from '../serving.js';
import { readingOf } from '../status/reading.js';
import { within } from '../within.js';
import type { Counted, Drained, LoadedByRole, Role, ServerCalls, SupervisorCalls } from './calls.js';
import { Channel, type Port } from './channel.js';
import { MirroredView } from './views.js';

/** The process that started this one. */
const SUPERVISOR: Port = {
  send(message) {
    // A supervisor that has gone is noticed by `disconnect`.
    process.send?.(message, undefined, undefined, () => {});
  },
  onMessage(listener) {
    process.on('message', listener);
  },
};

async function main(): Promise<void> {
  // Signals are the supervisor's to act on: a terminal, or who stops a service, sends them to every process.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  const environment = readEnvironment();
  const params = readParams(environment.PARAMS_FILE).serving;
  const log = createLogger(environment.LOG_LEVEL, process.pid);
  const measures = new Measures();
  const { metrics } = measures;
  const models = createModels(environment, params, measures.meters, log, () => tellLoaded());
  measureLoaded(metrics, models.serving, models.shadow?.serving);
  if (models.shadow !== undefined) measureShadow(metrics, models.shadow.shadow);
  const views = { live: new MirroredView(), shadow: models.shadow && new MirroredView() };
  const state = new State();
  const options: FrontOptions = {
    environment,
    params,
    uri: parseModelUri(environment.MODEL_URI),
    models,
    views,
    reception: openReception(environment, log),
    traffic: measures.traffic,
    refusals: measures.meters.refusals,
    metrics: { text: () => supervisor.ask('metrics', undefined) },
    status: { status: (after) => supervisor.ask('status', after) },
    health: healthOf(state, environment),
    hint: () => void supervisor.ask('hint', undefined).catch(() => log.warn('nobody is there to take a hint')),
    log,
  };
  const http = await createFront(options);
  const drain = (linger: boolean): Promise<Drained> => {
    if (!linger) state.hurry();
    state.draining ??= drainAll(environment, http, models, measures, state.hurried);
    return state.draining;
  };
  const tellLoaded = (): void => {
    supervisor.ask('loaded', loadedOf(models)).catch(() => log.warn('nobody is there to be told of the models'));
  };
  const supervisor: Channel<SupervisorCalls, ServerCalls> = new Channel<SupervisorCalls, ServerCalls>(SUPERVISOR, {
    ...switchingCalls(models, tellLoaded),
    tell(news) {
      views.live.show(news.live);
      if (news.shadow !== undefined) views.shadow?.show(news.shadow);
      state.processes = news.processes;
      models.serving.explain(news.reason);
    },
    listen: (port) => http.listen(environment.HOST, port, { shared: true }),
    counted: () => countedBy(measures),
    modelInfo: () => modelInfo(modelInfoSource(options)),
    drain,
  });
  process.on('disconnect', () => {
    supervisor.close(new Error('The supervisor is gone.'));
    if (state.draining === undefined) log.error('the supervisor is gone: stopping');
    void drain(false).then(() => process.exit(0));
  });
  await supervisor.ask('ready', undefined);
}

/** What is told of this process, and changes. */
class State {
  /** Whether the server stops, rather than this process alone. */
  stopping = false;
  hurry: () => void = () => {};
  /** Resolves when no connection is to be waited for any more. */
  readonly hurried = new Promise<void>((resolve) => {
    this.hurry = () => {
      this.stopping = true;
      resolve();
    };
  });
  draining: Promise<Drained> | undefined;
  processes: Processes | undefined;
}

function healthOf(state: State, { OPEN_FILE }: Environment): FrontOptions['health'] {
  return {
    isStopping: () => state.stopping,
    processes: () => state.processes,
    // Who asks here has come through the port.
    isPortOpen: () => (OPEN_FILE === '' ? undefined : true),
  };
}

function switchingCalls(models: Models, tellLoaded: () => void) {
  const servingOf = (role: Role): Serving => {
    const serving = role === 'live' ? models.serving : models.shadow?.serving;
    if (serving === undefined) throw new Error('This process has no shadow.');
    return serving;
  };
  return {
    prepare: ({ role, target }) => servingOf(role).prepare(target),
    async activate({ role, version }) {
      await servingOf(role).activate(version);
      tellLoaded();
    },
    discard: ({ role, version }) => servingOf(role).discard(version),
    async clear(role) {
      const cleared = servingOf(role).clear();
      tellLoaded();
      await cleared;
    },
  } satisfies Partial<ServerCalls>;
}

async function drainAll(
  { DRAIN_TIMEOUT_MS }: Environment,
  http: HttpServer,
  models: Models,
  measures: Measures,
  hurried: Promise<void>,
): Promise<Drained> {
  const gone = http.drain().then(() => Promise.race([http.left(), hurried]));
  const inTime = await within(DRAIN_TIMEOUT_MS, gone);
  const ended: Drained = { inTime: inTime || http.inFlight === 0, counted: await countedBy(measures) };
  http.close();
  const cleared = Promise.all([models.serving.clear(), models.shadow?.serving.clear()]);
  if (ended.inTime) await within(DRAIN_TIMEOUT_MS, cleared);
  return ended;
}

async function countedBy({ metrics, meters, traffic }: Measures): Promise<Counted> {
  return { metrics: await metrics.snapshot(), traffic: readingOf(meters, traffic) };
}

function loadedOf({ serving, shadow }: Models): LoadedByRole {
  return { live: serving.loaded, shadow: shadow?.serving.loaded ?? { live: undefined, previous: undefined } };
}

await main();
