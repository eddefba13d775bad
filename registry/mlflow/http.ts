/**
 * HTTP to one tracking server: calls that take and give JSON, and files. Whatever the network or the server does ends
 * in a RegistryError that names the call and what to do, and never shows what to sign in with; nothing waits for ever.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, type Dispatcher, request } from 'undici';
import {
  MLFLOW_ANSWER_MAX_BYTES,
  MLFLOW_ATTEMPTS,
  MLFLOW_CALL_MS,
  MLFLOW_CONNECT_MS,
  MLFLOW_CONNECTIONS,
  MLFLOW_FILE_MAX_BYTES,
  MLFLOW_RETRY_MS,
  MLFLOW_STALL_MS,
  MLFLOW_TRANSFER_MS,
} from '../limits.js';
import { CallFault, contended, type NamedCall, networkFault, statusFault, tooLarge } from './call-fault.js';
import type { Connection } from './connection.js';

/** One call of the REST interface. */
export interface Call extends NamedCall {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether it does no harm to have been made twice. */
  readonly repeatable: boolean;
  /** Whether a server may rightly not know it: it is then answered with ENDPOINT_NOT_FOUND. */
  readonly optional?: boolean;
  /** Whether writers at the same time may make it fail with BAD_REQUEST: it is then made again. */
  readonly contended?: boolean;
}

/** What MLflow answered; its error codes, such as RESOURCE_DOES_NOT_EXIST, are the caller's to judge. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly code: string; readonly message: string };

/** How long a call and a pause within it may last, how often it is tried, and the mean pause before the second try. */
export interface Times {
  readonly callMs: number;
  readonly stallMs: number;
  readonly attempts: number;
  readonly retryMs: number;
}

const TIMES: Times = {
  callMs: MLFLOW_CALL_MS,
  stallMs: MLFLOW_STALL_MS,
  attempts: MLFLOW_ATTEMPTS,
  retryMs: MLFLOW_RETRY_MS,
};

/** Calls and transfers over kept connections to one tracking server. Any number may be made at once. */
export class MlflowHttp {
  readonly connection: Connection;
  readonly #times: Times;
  readonly #agent: Agent;

  constructor(connection: Connection, times: Partial<Times> = {}) {
    this.connection = connection;
    this.#times = { ...TIMES, ...times };
    this.#agent = new Agent({
      connections: MLFLOW_CONNECTIONS,
      connect: { timeout: Math.min(MLFLOW_CONNECT_MS, this.#times.callMs) },
      headersTimeout: this.#times.stallMs,
      bodyTimeout: this.#times.stallMs,
      // Less than the server's own 5 s: it must not hang up on a call that cannot be repeated.
      keepAliveTimeout: 2_000,
    });
  }

  /** @throws RegistryError `registry_unreachable`, `registry_refused`, `registry_failed` */
  call(call: Call): Promise<Answer> {
    const body = call.body === undefined ? null : JSON.stringify(call.body);
    return this.#trying(call, async () => {
      const signal = AbortSignal.timeout(this.#times.callMs);
      const headers = body === null ? {} : { 'content-type': 'application/json' };
      const response = await this.#send(call, { method: call.method, body, headers, signal });
      const text = await this.#text(call, response);
      return this.#answer(call, response, text);
    });
  }

  /** Puts the file at `source` there. */
  upload(path: string, source: string): Promise<void> {
    const call = { method: 'PUT', path, repeatable: true } as const;
    return this.#trying(call, async () => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String((await stat(source)).size),
      };
      const signal = AbortSignal.timeout(MLFLOW_TRANSFER_MS);
      const response = await this.#send(call, { method: call.method, body: createReadStream(source), headers, signal });
      const text = await this.#text(call, response);
      if (response.statusCode >= 300) throw this.#statusFault(call, response, text);
    });
  }

  /**
   * Reads a file to its end.
   * @param target where to write it; left out where only the sum is wanted
   * @returns its SHA-256, in hex; undefined where there is none
   */
  download(path: string, target?: string): Promise<string | undefined> {
    const call = { method: 'GET', path, repeatable: true } as const;
    return this.#trying(call, async () => {
      const signal = AbortSignal.timeout(MLFLOW_TRANSFER_MS);
      const response = await this.#send(call, { method: call.method, signal });
      if (response.statusCode !== 200) {
        const text = await this.#text(call, response);
        if (response.statusCode === 404 && errorIn(text) !== undefined) return undefined;
        throw this.#statusFault(call, response, text);
      }
      const file = target === undefined ? undefined : await open(target, 'w');
      try {
        return await this.#drain(call, response, file);
      } finally {
        await file?.close();
      }
    });
  }

  /** What `once` gives, tried again with growing pauses where that does no harm and may help. */
  async #trying<T>(call: Call, once: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await once();
      } catch (error) {
        if (!(error instanceof CallFault)) throw error;
        const mayRepeat = error.state === 'unsent' || (error.state === 'unknown' && call.repeatable);
        if (!mayRepeat || attempt >= this.#times.attempts) throw error.error;
      }
      await pause(this.#times.retryMs * 2 ** (attempt - 1) * (0.5 + Math.random()));
    }
  }

  async #send(
    call: Call,
    options: Omit<Dispatcher.RequestOptions, 'path' | 'origin'>,
  ): Promise<Dispatcher.ResponseData> {
    const { base, authorization } = this.connection;
    const headers = { ...(options.headers as Record<string, string>), ...(authorization && { authorization }) };
    const query = new URLSearchParams(call.query).toString();
    try {
      const url = `${base}${call.path}${query && `?${query}`}`;
      return await request(url, { ...options, headers, dispatcher: this.#agent });
    } catch (error) {
      throw networkFault(call, this.connection, error);
    }
  }

  async #text(call: Call, response: Dispatcher.ResponseData): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.#chunks(call, response, MLFLOW_ANSWER_MAX_BYTES)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async #drain(call: Call, response: Dispatcher.ResponseData, file: FileHandle | undefined): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of this.#chunks(call, response, MLFLOW_FILE_MAX_BYTES)) {
      hash.update(chunk);
      await file?.writeFile(chunk);
    }
    await file?.sync();
    return hash.digest('hex');
  }

  /** The body as it comes; what breaks here is the network, whereas what its reader throws passes through. */
  async *#chunks(call: Call, { body }: Dispatcher.ResponseData, maxBytes: number): AsyncGenerator<Buffer> {
    let bytes = 0;
    try {
      for await (const chunk of body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBytes) throw tooLarge(call, this.connection, maxBytes);
        yield chunk;
      }
    } catch (error) {
      throw error instanceof CallFault ? error : networkFault(call, this.connection, error);
    }
  }

  #answer(call: Call, response: Dispatcher.ResponseData, text: string): Answer {
    const { statusCode } = response;
    if (statusCode === 200) {
      const value = parseJson(text);
      if (value === undefined) throw this.#statusFault(call, response, text);
      return { ok: true, value };
    }
    const isUnknown = statusCode === 404 || statusCode === 405 || statusCode === 501;
    const unknown = call.optional && isUnknown ? { code: 'ENDPOINT_NOT_FOUND', message: '' } : undefined;
    const error = errorIn(text) ?? unknown;
    const isJudgedHere = statusCode < 400 || statusCode === 401 || statusCode === 403 || statusCode === 429;
    if (call.contended && error?.code === 'BAD_REQUEST') throw contended(call, this.connection, error.message);
    if (isJudgedHere || (statusCode >= 500 && error !== unknown) || error === undefined)
      throw this.#statusFault(call, response, text);
    return { ok: false, status: statusCode, ...error };
  }

  #statusFault(call: Call, { statusCode, headers }: Dispatcher.ResponseData, text: string): CallFault {
    const location = statusCode >= 300 && statusCode < 400 ? String(headers['location'] ?? '') : '';
    return statusFault(call, this.connection, statusCode, text, location);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Not JSON: a page of HTML, or plain text.
  }
}

/** The error that MLflow tells in a body, or nothing where the body is not MLflow's. */
function errorIn(text: string): { readonly code: string; readonly message: string } | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || !('error_code' in value)) return undefined;
  return { code: String(value.error_code), message: 'message' in value ? String(value.message) : '' };
}
