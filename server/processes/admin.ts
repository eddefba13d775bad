/** The port for administration of a server with several processes: it answers for all of them. */
import type { ModelInfo, Processes } from '../answers.js';
import { type Problem, problem } from '../errors.js';
import { HttpServer } from '../http.js';
import type { Logger } from '../log.js';
import { type Answering, healthRoutes } from '../routes/health.js';
import { type MetricsSource, metricsRoute } from '../routes/metrics.js';
import { askedModelInfoRoute } from '../routes/model-info.js';
import { statusRoute } from '../routes/status.js';
import type { StatusSource } from '../status/status.js';
import type { ServerChild } from './server-child.js';

/** What the private port tells of. */
export interface SupervisorAdminOptions {
  readonly members: ReadonlySet<ServerChild>;
  readonly release: string;
  readonly isStopping: () => boolean;
  readonly processes: () => Processes;
  readonly isPortOpen: () => boolean | undefined;
  /** Why there is no model, where there is none. */
  readonly reason: () => string;
  readonly metrics: MetricsSource;
  readonly status: StatusSource;
  readonly log: Logger;
}

/** The private port of the supervisor; not listening yet. */
export function createSupervisorAdmin(options: SupervisorAdminOptions): HttpServer {
  const { members, release, isStopping, processes, isPortOpen, reason, metrics, status, log } = options;
  const answering: Answering = {
    get model() {
      return allAnswer(members) ? members : undefined;
    },
    get reason() {
      return processes().serving === 0 ? noneAnswers(members, reason()) : `a process has no model: ${reason()}`;
    },
  };
  return new HttpServer(
    [
      ...healthRoutes(answering, release, isStopping, { processes, isPortOpen }),
      metricsRoute(metrics),
      statusRoute(status),
      askedModelInfoRoute(() => askedModelInfo(members, reason)),
    ],
    (error) => log.error({ err: error }, 'a handler threw'),
  );
}

/** Whether whatever process a connection comes to answers with a model. One that is being replaced takes none. */
function allAnswer(members: ReadonlySet<ServerChild>): boolean {
  const taking = [...members].filter(({ takesRequests }) => takesRequests);
  return taking.length > 0 && taking.every(({ answers }) => answers);
}

function noneAnswers(members: ReadonlySet<ServerChild>, reason: string): string {
  return [...members].some(({ takesRequests }) => takesRequests) ? reason : 'no process is there that answers';
}

/** What one of those that answer says of the model, the supervisor having none itself. */
async function askedModelInfo(members: ReadonlySet<ServerChild>, reason: () => string): Promise<ModelInfo | Problem> {
  const child = [...members].find(({ answers }) => answers);
  if (child === undefined) return problem('model_unavailable', `There is no model: ${reason()}.`);
  return child.channel.ask('modelInfo', undefined);
}
