/**
 * Where the program runs: environment variables, read once into one frozen, typed table.
 * What the science and the gates are stands in `params.yaml` (`params.ts`).
 */
import { resolve } from 'node:path';
import { coresAllowed, processesFor } from './cores.js';
import { ConfigError } from './errors.js';
import { MODEL_NAME } from './model-name.js';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
/** The levels of pino, the most severe first; `silent` logs nothing. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const LOG_REQUESTS = ['none', 'sample'] as const;
/** No request is logged, or some of them and failures. */
export type LogRequests = (typeof LOG_REQUESTS)[number];

/** All environment variables of the program, checked and with their defaults. The names are those of the variables. */
export interface Environment {
  /** The address to listen on. */
  readonly HOST: string;
  /** The port to listen on; 0 lets the system choose one. */
  readonly PORT: number;
  /** Whether another server may listen on that port at the same time, as for a deployment's hand-over. */
  readonly ALLOW_SHARED_PORT: boolean;
  /** The port that health, metrics, model-info and status are on as well; undefined for none, 0 lets the system choose one. */
  readonly ADMIN_PORT: number | undefined;
  /** The address of that port; empty for that of `HOST`. */
  readonly ADMIN_HOST: string;
  /** The file that has the port opened when it is there; empty where the port is opened at the start. */
  readonly OPEN_FILE: string;
  /** Processes that share the port; with more than one, the first supervises them. */
  readonly SERVER_PROCESSES: number;
  /** With the key, the certificate that HTTPS is spoken with, in PEM; empty for HTTP. */
  readonly TLS_CERT_FILE: string;
  readonly TLS_KEY_FILE: string;
  /** Worker threads of each process, each with the model in memory. */
  readonly WORKERS: number;
  /** The version to serve: `models:/NAME@ALIAS` or `models:/NAME/VERSION`. */
  readonly MODEL_URI: string;
  /** What the science and the gates are, and how requests are gathered: `params.yaml`. */
  readonly PARAMS_FILE: string;
  /** The pipeline's intermediate tables. */
  readonly DATA_DIR: string;
  /** What the pipeline reports. */
  readonly REPORTS_DIR: string;
  /** The embedded registry. */
  readonly REGISTRY_DIR: string;
  /** What may be deleted at any time and is then made or fetched again. */
  readonly CACHE_DIR: string;
  /** Mean pause between two looks where the alias points. */
  readonly POLL_INTERVAL_MS: number;
  /** Whether the version that a switch replaces stays loaded. */
  readonly KEEP_PREVIOUS: boolean;
  /** The alias whose version predicts a share of the rows as well, for comparison; empty for none. */
  readonly SHADOW_ALIAS: string;
  /** The share of rows that it predicts, from 0 to 1. */
  readonly SHADOW_FRACTION: number;
  /** With it MLflow signs its webhook; empty where there is none. */
  readonly WEBHOOK_SECRET: string;
  /** The tokens of which predictions want one, a line each; empty where none is wanted. */
  readonly API_TOKENS_FILE: string;
  /** A request that has waited longer than this is answered with 504. */
  readonly REQUEST_TIMEOUT_MS: number;
  /** How long a stopping server waits for requests in flight. */
  readonly DRAIN_TIMEOUT_MS: number;
  readonly LOG_LEVEL: LogLevel;
  /** Whether some requests are logged. */
  readonly LOG_REQUESTS: LogRequests;
  /** What `/health` gives as the release: the commit, in an image built for deployment. */
  readonly RELEASE: string;
  /** The tracking server of MLflow; empty for the embedded registry. */
  readonly MLFLOW_TRACKING_URI: string;
  /** With the password, what to sign in with there; never shown. */
  readonly MLFLOW_TRACKING_USERNAME: string;
  readonly MLFLOW_TRACKING_PASSWORD: string;
  /** What to sign in with where there is no password; never shown. */
  readonly MLFLOW_TRACKING_TOKEN: string;
  /** The experiment that training runs belong to. */
  readonly MLFLOW_EXPERIMENT_NAME: string;
}

interface Setting<T> {
  readonly fallback: T;
  /** What is allowed, as it is told to who gave something else. */
  readonly allowed: string;
  /** The value that `text` stands for, or undefined if it is not allowed. */
  parse(text: string): T | undefined;
  /** One line for the table in docs/configuration.md. */
  readonly purpose: string;
}

function text(fallback: string, purpose: string): Setting<string> {
  return { fallback, purpose, allowed: 'any text', parse: (given) => given };
}

function path(fallback: string, purpose: string): Setting<string> {
  return { fallback, purpose, allowed: 'a path', parse: (given) => given };
}

function wholeNumber(fallback: number, minimum: number, maximum: number, purpose: string): Setting<number> {
  return {
    fallback,
    purpose,
    allowed: `a whole number from ${minimum} to ${maximum}`,
    parse(given) {
      const value = /^[0-9]{1,10}$/.test(given) ? Number(given) : Number.NaN;
      return value >= minimum && value <= maximum ? value : undefined;
    },
  };
}

function port<T extends number | undefined>(fallback: T, purpose: string): Setting<number | T> {
  return { ...wholeNumber(0, 0, 65_535, purpose), fallback };
}

function oneOf<T extends string>(values: readonly T[], fallback: T, purpose: string): Setting<T> {
  return { fallback, purpose, allowed: values.join(', '), parse: (given) => values.find((value) => value === given) };
}

function share(fallback: number, purpose: string): Setting<number> {
  return {
    fallback,
    purpose,
    allowed: 'a number from 0 to 1',
    parse: (given) => (/^(?:0|1|0?\.[0-9]{1,9}|1\.0{1,9})$/.test(given) ? Number(given) : undefined),
  };
}

function flag(fallback: boolean, purpose: string): Setting<boolean> {
  const values: Readonly<Record<string, boolean>> = { 1: true, true: true, 0: false, false: false };
  return { fallback, purpose, allowed: '1 or true, 0 or false', parse: (given) => values[given.toLowerCase()] };
}

/** More would cost more memory than they bring. */
const MOST_PROCESSES = 64;
const defaultProcesses = Math.min(MOST_PROCESSES, processesFor(coresAllowed()));

/** How each variable is read: its default, what is allowed, and its purpose as docs/configuration.md says it. */
export const SETTINGS: { readonly [Key in keyof Environment]: Setting<Environment[Key]> } = {
  HOST: text('0.0.0.0', 'address to listen on'),
  PORT: port(8000, 'port to listen on; 0 lets the system choose'),
  ALLOW_SHARED_PORT: flag(
    false,
    'whether the port is opened beside another server that has it already, as for a hand-over',
  ),
  ADMIN_PORT: port(
    undefined,
    'port that health, metrics, model-info and status are on as well; 0 lets the system choose',
  ),
  ADMIN_HOST: text('', 'address of that port; by default that of `HOST`'),
  OPEN_FILE: text('', 'file without which `PORT` stays closed, so that the server is ready before callers come to it'),
  SERVER_PROCESSES: wholeNumber(
    defaultProcesses,
    1,
    MOST_PROCESSES,
    'processes that share the port; by default one for every two cores that the program may use',
  ),
  TLS_CERT_FILE: text('', 'certificate, in PEM, with which HTTPS is spoken in place of HTTP'),
  TLS_KEY_FILE: text('', 'its private key, in PEM, without a passphrase'),
  WORKERS: wholeNumber(1, 1, 256, 'worker threads of each process'),
  MODEL_URI: text(
    'models:/FoodDeliveryTimeModel@production',
    'the version to serve, `models:/NAME@ALIAS` or `models:/NAME/VERSION`',
  ),
  PARAMS_FILE: path('params.yaml', 'the parameters by which the server gathers requests, under `serving`'),
  DATA_DIR: path('data', "the pipeline's tables"),
  REPORTS_DIR: path('reports', "the pipeline's reports"),
  REGISTRY_DIR: path('data/registry', 'the embedded registry'),
  CACHE_DIR: path('.cache', 'what may be deleted at any time: versions fetched from a remote registry'),
  POLL_INTERVAL_MS: wholeNumber(
    5_000,
    50,
    3_600_000,
    'how often the server looks where the alias points, give or take a fifth',
  ),
  KEEP_PREVIOUS: flag(
    true,
    'whether the version that a switch replaces stays loaded, so that going back takes no time',
  ),
  SHADOW_ALIAS: text('', 'alias of a version that predicts a share of the rows too, after their callers are answered'),
  SHADOW_FRACTION: share(0.05, 'the share of rows that it predicts'),
  WEBHOOK_SECRET: text('', 'secret of the MLflow webhook on `POST /hooks/mlflow`; without one it is not taken'),
  API_TOKENS_FILE: text(
    '',
    'file of tokens, one a line, of which every prediction then wants one; read again when it changes',
  ),
  REQUEST_TIMEOUT_MS: wholeNumber(1_000, 1, 600_000, 'a request that waited longer is answered with 504'),
  DRAIN_TIMEOUT_MS: wholeNumber(10_000, 1, 600_000, 'how long a stopping server waits for requests in flight'),
  LOG_LEVEL: oneOf(LOG_LEVELS, 'info', 'least severe level that is logged'),
  LOG_REQUESTS: oneOf(
    LOG_REQUESTS,
    'none',
    'which requests are logged: `none`, or a `sample` of at most 10 in a second, and failures',
  ),
  RELEASE: text('development', 'what `/health` gives as the release, such as the commit'),
  MLFLOW_TRACKING_URI: text('', 'tracking server of MLflow, whose registry takes the place of the embedded one'),
  MLFLOW_TRACKING_USERNAME: text('', 'with the password, what to sign in with there'),
  MLFLOW_TRACKING_PASSWORD: text('', 'never shown'),
  MLFLOW_TRACKING_TOKEN: text('', 'what to sign in with in place of a password; never shown'),
  MLFLOW_EXPERIMENT_NAME: text(MODEL_NAME, 'the experiment that training runs belong to'),
};

/** The settings that are paths. */
export const PATHS = ['PARAMS_FILE', 'DATA_DIR', 'REPORTS_DIR', 'REGISTRY_DIR', 'CACHE_DIR'] as const;

/**
 * The environment as the program sees it; paths are made absolute against `cwd`.
 * An empty variable counts as one that is not set.
 * @throws ConfigError naming the variable, what was given and what is allowed.
 */
export function readEnvironment(
  variables: Readonly<Record<string, string | undefined>> = process.env,
  cwd: string = process.cwd(),
): Environment {
  const entries = Object.entries(SETTINGS).map(([key, setting]) => [key, readSetting(key, setting, variables[key])]);
  const environment: Record<string, unknown> = Object.fromEntries(entries);
  for (const key of PATHS) environment[key] = resolve(cwd, String(environment[key]));
  const { PORT, ADMIN_PORT, OPEN_FILE } = environment;
  if (ADMIN_PORT !== 0 && ADMIN_PORT === PORT) {
    throw new ConfigError(`ADMIN_PORT is '${ADMIN_PORT}', which is PORT too; allowed is another port.`);
  }
  if (OPEN_FILE !== '' && ADMIN_PORT === undefined) {
    throw new ConfigError(
      `OPEN_FILE is '${OPEN_FILE}' and ADMIN_PORT is not set, so that nobody could ask whether the server is ready to open its port; set ADMIN_PORT too.`,
    );
  }
  return Object.freeze(environment as unknown as Environment);
}

function readSetting(
  key: string,
  setting: Setting<string | number | boolean | undefined>,
  given: string | undefined,
): string | number | boolean | undefined {
  if (given === undefined || given === '') return setting.fallback;
  const value = setting.parse(given);
  if (value !== undefined) return value;
  throw new ConfigError(`${key} is '${given}'; allowed is ${setting.allowed}.`);
}
