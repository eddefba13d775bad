/** One request to the server, and its answer: the pool of kept connections, and what the network does to them. */
import { errors, Pool } from 'undici';
import { reasonOf } from './budget.js';
import { UnexpectedAnswerError, UnreachableError } from './errors.js';
import { ANSWER_MAX_BYTES, CONNECT_MS, KEEP_ALIVE_MS } from './limits.js';

/** Where to, and over how many connections. */
export interface Connecting {
  readonly baseUrl: URL;
  /** How many connections there are at most. */
  readonly connections: number;
  /** Certificates of authorities to trust in place of Node's, in PEM. */
  readonly ca?: string | undefined;
  /** Milliseconds after which an idle connection is closed; `KEEP_ALIVE_MS` by default. */
  readonly keepAliveMs?: number | undefined;
}

/** A request, as it is sent once. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** Below the base address, from its slash on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it; its reason is what `send` then throws. */
  readonly signal: AbortSignal;
}

/** A whole answer, whatever its status. */
export interface HttpAnswer {
  readonly status: number;
  /** The header of that lower-case name; the first of several. */
  header(name: string): string | undefined;
  /** The body, read as UTF-8. */
  readonly text: string;
}

/** What may be otherwise a moment later: the server restarts, or closed a kept connection as it was used. */
const PASSING = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN'],
  ...['UND_ERR_SOCKET', 'UND_ERR_CONNECT_TIMEOUT'],
]);

/** The connections to one server, each with one request at a time. They are opened as they are needed. */
export class Http {
  readonly #pool: Pool;
  readonly #url: string;
  /** What the path of the base address adds to every path. */
  readonly #prefix: string;

  constructor({ baseUrl, connections, ca, keepAliveMs = KEEP_ALIVE_MS }: Connecting) {
    this.#url = baseUrl.href;
    this.#prefix = baseUrl.pathname.replace(/\/+$/, '');
    this.#pool = new Pool(baseUrl.origin, {
      connections,
      pipelining: 1,
      keepAliveTimeout: keepAliveMs,
      // A proxy may offer to keep them longer; the server behind it does not say so.
      keepAliveMaxTimeout: keepAliveMs,
      connect: { timeout: CONNECT_MS, ...(ca !== undefined && { ca }) },
      // The call's own time ends it.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: ANSWER_MAX_BYTES,
    });
  }

  /**
   * @throws UnreachableError, UnexpectedAnswerError for an answer without end, or the reason of `signal`
   */
  async send({ method, path, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    try {
      const response = await this.#pool.request({
        method,
        path: this.#prefix + path,
        headers,
        body: body ?? null,
        signal,
      });
      const text = await response.body.text();
      const header = (name: string): string | undefined => {
        const value = response.headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      return { status: response.statusCode, header, text };
    } catch (error) {
      if (signal.aborted) throw reasonOf(signal);
      throw this.#fault(error);
    }
  }

  /** Closes the connections when the requests on them are answered. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  #fault(error: unknown): Error {
    if (!(error instanceof Error)) return new UnreachableError(this.#url, new Error(String(error)), false);
    if (error instanceof errors.ResponseExceededMaxSizeError) {
      return new UnexpectedAnswerError(`it is longer than ${ANSWER_MAX_BYTES} bytes`, 200);
    }
    if (error instanceof errors.HTTPParserError) {
      return new UnexpectedAnswerError(`it is not HTTP: ${error.message}`, 0);
    }
    const code = 'code' in error ? String(error.code) : '';
    return new UnreachableError(this.#url, error, PASSING.has(code));
  }
}
