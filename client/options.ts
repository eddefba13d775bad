/** What a client is made with, checked once. */
import type { Gathering } from './gatherer.js';
import {
  BATCH_MAX_ROWS,
  CONNECTIONS,
  GATHER_MAX_ROWS,
  GATHER_MAX_WAIT_MS,
  LONGEST_TIMER_MS,
  RETRIES,
  TIMEOUT_MS,
} from './limits.js';

/** What a client is made with. All but the address may be left out. */
export interface ClientOptions {
  /** Where the server is, `https://eta.example`; a path is put before those of the calls. */
  readonly baseUrl: string | URL;
  /** What a server with `API_TOKENS_FILE` wants; a function is asked for each request, so that tokens may change. */
  readonly token?: string | (() => string) | undefined;
  /** Milliseconds for one call, all its tries together. The server is told what is left of them. 1,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** Tries after the first, where another may help. 2 by default. */
  readonly retries?: number | undefined;
  /** How single calls are gathered into requests with many; `false` sends each by itself. */
  readonly gather?: false | GatherOptions | undefined;
  /** Connections at most. 32 by default. */
  readonly connections?: number | undefined;
  /** Certificates of authorities to trust in place of those that Node does, in PEM. */
  readonly ca?: string | undefined;
}

/** How single calls are gathered into requests with many. */
export interface GatherOptions {
  /** Orders of one request, at most: 1 to 10,000, 128 by default. */
  readonly maxRows?: number | undefined;
  /** Milliseconds that an order waits for the answer to the request before, at most. 5 by default. */
  readonly maxWaitMs?: number | undefined;
}

/** The options as they were checked, with what was left out filled in. */
export interface Settings {
  readonly baseUrl: URL;
  /**
   * Throws what the caller's function throws, or TypeError where that gives what a header cannot carry. Undefined where
   * none is sent.
   */
  readonly token: (() => string) | undefined;
  /** For one call, all its tries together. */
  readonly timeoutMs: number;
  /** Tries after the first. */
  readonly retries: number;
  /** Undefined where each call is sent by itself. */
  readonly gather: Gathering | undefined;
  readonly connections: number;
  readonly ca: string | undefined;
}

/** Of a token that HTTP can carry behind `Bearer`. */
const TOKEN = /^[\x21-\x7e]+$/;

/** @throws TypeError, RangeError naming the option, what was given and what is allowed */
export function readOptions(options: ClientOptions): Settings {
  const { timeoutMs = TIMEOUT_MS, retries = RETRIES, connections = CONNECTIONS, gather = {}, ca } = options;
  return {
    baseUrl: readBaseUrl(options.baseUrl),
    token: readToken(options.token),
    timeoutMs: readTimeout(timeoutMs),
    retries: wholeNumber('retries', retries, 0, 100),
    gather: gather === false ? undefined : readGathering(gather),
    connections: wholeNumber('connections', connections, 1, 10_000),
    ca,
  };
}

/** @throws RangeError */
export function readTimeout(timeoutMs: number): number {
  if (timeoutMs > 0 && timeoutMs <= LONGEST_TIMER_MS) return timeoutMs;
  throw new RangeError(`timeoutMs is ${timeoutMs}; allowed are milliseconds over 0, at most ${LONGEST_TIMER_MS}.`);
}

function readBaseUrl(given: string | URL): URL {
  const url = URL.canParse(String(given)) ? new URL(given) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      `baseUrl is '${given}'; allowed is http://HOST or https://HOST, with a port and a path if need be.`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl holds a name or a password; the server takes tokens: give one as token.');
  }
  return url;
}

function readToken(given: ClientOptions['token']): (() => string) | undefined {
  if (given === undefined) return undefined;
  const checked = (token: string): string => {
    // It is not shown: it may be right but for a line end.
    if (!TOKEN.test(token))
      throw new TypeError('token holds what a header cannot carry; allowed is ASCII without spaces.');
    return token;
  };
  if (typeof given === 'function') return () => checked(given());
  const token = checked(given);
  return () => token;
}

function readGathering({ maxRows = GATHER_MAX_ROWS, maxWaitMs = GATHER_MAX_WAIT_MS }: GatherOptions): Gathering {
  if (!(maxWaitMs >= 0 && maxWaitMs <= LONGEST_TIMER_MS)) {
    throw new RangeError(`gather.maxWaitMs is ${maxWaitMs}; allowed are milliseconds, 0 to ${LONGEST_TIMER_MS}.`);
  }
  return { maxRows: wholeNumber('gather.maxRows', maxRows, 1, BATCH_MAX_ROWS), maxWaitMs };
}

function wholeNumber(name: string, given: number, minimum: number, maximum: number): number {
  if (Number.isInteger(given) && given >= minimum && given <= maximum) return given;
  throw new RangeError(`${name} is ${given}; allowed is a whole number from ${minimum} to ${maximum}.`);
}
