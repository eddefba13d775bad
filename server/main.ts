/** The server as a program: reads its environment, serves, rolls its processes on SIGHUP, stops on SIGTERM or SIGINT. */
import { isProgram, runProgram } from '../config/command.js';
import { type Environment, readEnvironment } from '../config/environment.js';
import { ConfigError } from '../config/errors.js';
import { readParams } from '../config/params.js';
import { RegistryError } from '../registry/errors.js';
import type { ModelVersion } from '../registry/model-registry.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { createLogger, type Logger } from './log.js';
import { ListenError } from './port.js';
import { ProcessesError, startSupervisor } from './processes/supervisor.js';
import { type RunningServer, startServer } from './server.js';

/** What is served, as the program that started it may show it. */
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
  const stop = async () => (await server?.stop()) ?? true;
  heedSignals(log, stop, () => server?.roll());
  const registry = await openRegistry(registryOptions(environment));
  // The processes that are started read them for themselves; what is wrong with them is told here.
  const { serving } = readParams(environment.PARAMS_FILE);
  server =
    environment.SERVER_PROCESSES === 1
      ? await startServer(environment, serving, registry, log)
      : await startSupervisor(environment, registry, log);
  await server.looked;
  return { url: localUrl(environment, server.port), version: server.version };
}

/** @param stop gives whether everything in flight was answered */
function heedSignals(log: Logger, stop: () => Promise<boolean>, roll: () => void): void {
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
  // Started from a terminal, it is told so that the terminal is gone.
  const isOfTerminal = process.stdin.isTTY || process.stdout.isTTY;
  process.on('SIGHUP', (signal) => (isOfTerminal ? void onSignal(signal) : roll()));
}

/** Addresses that stand for all of this machine's are no address to go to. */
function localUrl({ HOST: host, TLS_CERT_FILE: certificate }: Environment, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `${certificate === '' ? 'http' : 'https'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** The faults that are told in a sentence. */
export const FORESEEN = [ConfigError, ListenError, ProcessesError, RegistryError];

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    await serve();
    return undefined;
  }, FORESEEN);
}
