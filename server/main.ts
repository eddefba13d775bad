/** The server as a program: reads its environment, serves, and stops on SIGTERM or SIGINT. */
import { isProgram, runProgram } from '../config/command.js';
import { type Environment, readEnvironment } from '../config/environment.js';
import { ConfigError } from '../config/errors.js';
import { RegistryError } from '../registry/errors.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { ListenError } from './http.js';
import { createLogger, type Logger } from './log.js';
import { type RunningServer, startServer } from './server.js';

export interface Served {
  /** Where a program on this machine reaches it. */
  readonly url: string;
  /** The version that is served at first; undefined where there is none yet, and the log says why. */
  readonly version: ModelVersion | undefined;
}

/** Serves until the process is told to stop. */
export async function serve(environment: Environment = readEnvironment()): Promise<Served> {
  const log = createLogger(environment.LOG_LEVEL);
  // A signal may come while the model is being loaded; as the first process of a container it would be ignored.
  let server: RunningServer | undefined;
  stopOnSignal(log, async () => (await server?.stop()) ?? true);
  const registry = await openRegistry(registryOptions(environment));
  server = await startServer(environment, registry, log);
  await server.looked;
  return { url: localUrl(environment, server.port), version: server.model?.version };
}

/** @param stop gives whether everything in flight was answered */
function stopOnSignal(log: Logger, stop: () => Promise<boolean>): void {
  let stopping = false;
  const onSignal = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping: no new connections; answering what is in flight');
    if (await stop()) log.info('stopped');
    else log.warn('stopped when the time was up, with requests unanswered');
    process.exit(0);
  };
  process.on('SIGTERM', (signal) => void onSignal(signal));
  process.on('SIGINT', (signal) => void onSignal(signal));
}

/** Addresses that stand for all of this machine's are no address to go to. */
function localUrl({ HOST: host, TLS_CERT_FILE: certificate }: Environment, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${certificate === '' ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    await serve();
    return undefined;
  }, [ConfigError, ListenError, RegistryError]);
}
