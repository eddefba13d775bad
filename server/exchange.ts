/**
 * One request and its answer. The response below it must not be touched once it is answered or its client has gone;
 * here, answering twice or too late does nothing.
 */
import { type Problem, problem } from './errors.js';
import { RETRY_AFTER_SECONDS } from './limits.js';

/** What an exchange needs of a uWebSockets response. */
export interface WireResponse {
  writeStatus(status: string): unknown;
  writeHeader(name: string, value: string): unknown;
  end(body: string | Buffer, closeConnection: boolean): unknown;
  tryEnd(body: Buffer, totalBytes: number): [taken: boolean, ended: boolean];
  onWritable(handler: (offset: number) => boolean): unknown;
  endWithoutBody(contentLength?: number, closeConnection?: boolean): unknown;
  cork(write: () => void): unknown;
  onAborted(handler: () => void): unknown;
  onData(handler: (chunk: ArrayBuffer, isLast: boolean) => void): unknown;
}

/** What an exchange tells its server. */
export interface ExchangeOwner {
  /** Whether connections are to be closed after their answers. */
  readonly draining: boolean;
  /** The exchange is over: answered, or its client has gone. */
  ended(status: number, headers: Headers): void;
  /** A handler threw: a mistake of ours, which costs this request only. */
  faulted(error: unknown): void;
}

/** Headers of an answer, in their order. */
export type Headers = readonly (readonly [name: string, value: string])[];

const NO_HEADERS: Headers = [];
/** Of an answer whose caller may try again soon. */
export const RETRY_AFTER: Headers = [['retry-after', String(RETRY_AFTER_SECONDS)]];

const STATUS_LINES: Readonly<Record<number, string>> = {
  200: '200 OK',
  304: '304 Not Modified',
  202: '202 Accepted',
  400: '400 Bad Request',
  401: '401 Unauthorized',
  404: '404 Not Found',
  405: '405 Method Not Allowed',
  413: '413 Content Too Large',
  415: '415 Unsupported Media Type',
  422: '422 Unprocessable Content',
  429: '429 Too Many Requests',
  500: '500 Internal Server Error',
  501: '501 Not Implemented',
  503: '503 Service Unavailable',
  504: '504 Gateway Timeout',
};

/** In place of the status of an answer. */
const CLIENT_LEFT = 0;

/** The exchange that `writeAnswer` writes: one function for all of them, where each would need a closure. */
let answering: Exchange | undefined;
const writeAnswer = (): void => answering?.write();

/**
 * One request and its answer. Exactly one answer is sent, whoever sends it first; after that, or when the client has
 * gone, whatever is sent is dropped.
 */
export class Exchange {
  readonly #owner: ExchangeOwner;
  readonly #headOnly: boolean;
  /** Undefined once it may not be touched any more. */
  #response: WireResponse | undefined;
  #status = 200;
  #contentType = '';
  #headers = NO_HEADERS;
  #body: string | Buffer = '';
  #close = false;
  /** An answer is on its way that waits for the end of the turn. */
  #sending = false;
  #onOver: (() => void) | undefined;
  /** How problems are written where a protocol has a form of its own for them; undefined for ours. */
  problemBody: ((fault: Problem) => object) | undefined;

  /** @param headOnly whether it answers a HEAD request: the headers of the answer, without its body */
  constructor(owner: ExchangeOwner, response: WireResponse, headOnly: boolean) {
    this.#owner = owner;
    this.#response = response;
    this.#headOnly = headOnly;
    response.onAborted(() => this.#finish(CLIENT_LEFT));
  }

  /** False once it is answered or the client has gone. */
  get open(): boolean {
    return this.#response !== undefined && !this.#sending;
  }

  /**
   * Reads the body and hands it over, whole, in the call that brings its last part; it must be used at once
   * unless `hasRoom` is given. A body that grows over `limit` bytes is answered with 413.
   * @param hasRoom is asked before each part is kept; where it says no it has answered
   */
  readBody(limit: number, onBody: (body: Uint8Array) => void, hasRoom?: (bytes: number) => boolean): void {
    let parts: Uint8Array[] | undefined;
    let size = 0;
    this.#response?.onData((chunk, isLast) => {
      if (!this.open) return;
      size += chunk.byteLength;
      if (size > limit) {
        this.refuseBody(limit);
        return;
      }
      if (hasRoom !== undefined && !hasRoom(chunk.byteLength)) return;
      if (!isLast) {
        // The chunk is taken away when this returns, so that a part that is kept must be a copy.
        parts ??= [];
        parts.push(new Uint8Array(chunk.slice(0)));
        return;
      }
      const last = new Uint8Array(hasRoom !== undefined && parts === undefined ? chunk.slice(0) : chunk);
      this.guard(() => onBody(parts === undefined ? last : Buffer.concat([...parts, last])));
    });
  }

  /**
   * The connection is not to carry another request. An answer that closes it stops the library's parser only when all
   * is parsed that has come: such an answer is held until then, and the library closes a connection on which a request
   * comes before the answer to the one before it.
   */
  closeAfterwards(): void {
    this.#close = true;
  }

  /** Answers with 429. */
  refuse(reason: string, retryAfterSeconds: number): void {
    this.sendProblem(problem('overloaded', reason), [['retry-after', String(retryAfterSeconds)]]);
  }

  /** Answers with 413, and closes the connection rather than read on. */
  refuseBody(limit: number): void {
    this.closeAfterwards();
    this.sendProblem(problem('body_too_large', `A body may have ${limit} bytes.`));
  }

  sendJson(status: number, value: unknown, headers: Headers = NO_HEADERS): void {
    this.send(status, 'application/json', JSON.stringify(value), headers);
  }

  sendProblem(fault: Problem, headers: Headers = NO_HEADERS): void {
    if (this.problemBody !== undefined) this.sendJson(fault.status, this.problemBody(fault), headers);
    else this.send(fault.status, 'application/problem+json', JSON.stringify(fault), headers);
  }

  /** Answers; with 304 the body is not sent, but is what the headers speak of. */
  send(status: number, contentType: string, body: string | Buffer, headers: Headers = NO_HEADERS): void {
    if (!this.open) return;
    this.#status = status;
    this.#contentType = contentType;
    this.#headers = headers;
    this.#body = body;
    if (this.#close) {
      this.#sending = true;
      setImmediate(() => this.#send());
    } else this.#send();
  }

  /** Answers with what may be more than the connection takes at once: the rest is sent as the client reads. */
  sendLong(status: number, contentType: string, body: Buffer, headers: Headers = NO_HEADERS): void {
    const response = this.#response;
    // The library has no way to close a connection behind such an answer.
    if (response === undefined || this.#close || this.#owner.draining || this.#sending) {
      this.send(status, contentType, body, headers);
      return;
    }
    this.#sending = true;
    const write = (offset: number): boolean => {
      const [taken, ended] = response.tryEnd(body.subarray(offset), body.length);
      if (ended) this.#finish(status);
      return taken;
    };
    response.onWritable(write);
    response.cork(() => {
      response.writeStatus(STATUS_LINES[status] ?? String(status));
      response.writeHeader('content-type', contentType);
      for (const [name, value] of headers) response.writeHeader(name, value);
      write(0);
    });
  }

  /** Is called, once, when it is answered or the client has gone. */
  onOver(handler: (() => void) | undefined): void {
    this.#onOver = handler;
  }

  #send(): void {
    answering = this;
    this.#response?.cork(writeAnswer);
    answering = undefined;
    this.#finish(this.#status);
  }

  /** Runs a handler; what it throws is a fault. */
  guard(handle: () => void): void {
    try {
      handle();
    } catch (error) {
      this.fault(error);
    }
  }

  /** What a handler threw is answered with 500 and told to the server. */
  fault(error: unknown): void {
    this.#owner.faulted(error);
    this.sendProblem(problem('internal_error', 'The fault is in the log of the server.'));
  }

  /** Writes the answer; called by `send` only, within the response's cork. */
  write(): void {
    const response = this.#response;
    if (response === undefined) return;
    const close = this.#close || this.#owner.draining;
    // The library writes 200 by itself.
    if (this.#status !== 200) response.writeStatus(STATUS_LINES[this.#status] ?? String(this.#status));
    response.writeHeader('content-type', this.#contentType);
    const headers = this.#headers;
    for (let index = 0; index < headers.length; index++) {
      const [name, value] = headers[index] as Headers[number];
      response.writeHeader(name, value);
    }
    const bodiless = this.#headOnly || this.#status === 304;
    // With `close` the library writes the header for it as well.
    if (!bodiless) response.end(this.#body, close);
    else if (close) response.endWithoutBody(0, close);
    else {
      // Told a length, the library would wait for that body: it takes no other request and forgets the idle time-out.
      response.writeHeader('content-length', String(Buffer.byteLength(this.#body)));
      response.endWithoutBody();
    }
  }

  #finish(status: number): void {
    if (this.#response === undefined) return;
    this.#response = undefined;
    this.#onOver?.();
    this.#owner.ended(status, this.#headers);
  }
}
