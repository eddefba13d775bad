/** HTTP by uWebSockets.js, whose only importer this is: listening, routing, draining. */

import uWS, { type HttpRequest, type HttpResponse, type us_listen_socket } from 'uWebSockets.js';
import { createServer } from 'node:net';
import { shorten } from './describe.js';
import { type Problem, problem } from './errors.js';
import { Exchange, type ExchangeOwner } from './exchange.js';
import { framingOf } from './framing.js';

/** What is known of a request before its body; valid only until the route's handler returns. */
export interface RequestHead {
  /** The header's value, or ''. */
  getHeader(lowerCaseName: string): string;
  /** What stands in the path for the parameter of that number, from 0, as it was sent. */
  getParameter(index: number): string | undefined;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `:name` for a part of it that is a parameter. */
  readonly path: string;
  /** The form that a protocol demands for problems; else they are `application/problem+json`. */
  readonly problemBody?: (fault: Problem) => object;
  handle(exchange: Exchange, head: RequestHead): void;
}

/** The library takes a host and options together and has this constant, but its types have neither. */
interface ExclusiveListener {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): unknown;
}
const LIBUS_LISTEN_EXCLUSIVE_PORT = 1;

/** The address cannot be listened on; the message names it and says why. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code = 'cannot_listen';
}

export class HttpServer implements ExchangeOwner {
  readonly #app = uWS.App();
  readonly #onFault: (error: unknown) => void;
  #socket: us_listen_socket | undefined;
  #open = 0;
  #onIdle: (() => void) | undefined;
  draining = false;

  /** @param onFault is told of what a handler throws */
  constructor(routes: readonly Route[], onFault: (error: unknown) => void) {
    this.#onFault = onFault;
    for (const route of routes) this.#add(route);
    this.#app.any('/*', (response, request) => {
      const path = shorten(request.getUrl());
      this.#begin(response, request)?.sendProblem(problem('not_found', `There is no ${path} here.`));
    });
  }

  /**
   * Listens, alone on that port: these sockets would otherwise share it with another server that has it.
   * @param port 0 lets the system choose
   * @returns the port
   * @throws ListenError
   */
  async listen(host: string, port: number): Promise<number> {
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      (this.#app as unknown as ExclusiveListener).listen(host, port, LIBUS_LISTEN_EXCLUSIVE_PORT, resolve);
    });
    if (socket === false) throw new ListenError(await whyNot(host, port));
    this.#socket = socket;
    return uWS.us_socket_local_port(socket);
  }

  /** Takes no more connections, and closes those there are after their answers; resolves when all are given. */
  async drain(): Promise<void> {
    this.draining = true;
    if (this.#socket !== undefined) uWS.us_listen_socket_close(this.#socket);
    this.#socket = undefined;
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    // An answer that is given while its request is being read is written when that is over: not to be cut off by `close`.
    await new Promise(setImmediate);
  }

  /** Closes everything at once, answered or not. */
  close(): void {
    this.#app.close();
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#open;
  }

  ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onIdle?.();
  }

  faulted(error: unknown): void {
    this.#onFault(error);
  }

  #add(route: Route): void {
    const { path, problemBody } = route;
    const handle = (response: HttpResponse, request: HttpRequest): void => {
      const exchange = this.#begin(response, request, problemBody);
      exchange?.guard(() => route.handle(exchange, request));
    };
    if (route.method === 'GET') this.#app.get(path, handle).head(path, handle);
    else this.#app.post(path, handle);
    const allowed = route.method === 'GET' ? 'GET, HEAD' : 'POST';
    this.#app.any(path, (response, request) => {
      const given = shorten(request.getCaseSensitiveMethod());
      const fault = problem('method_not_allowed', `${path} takes ${allowed}; this was ${given}.`);
      this.#begin(response, request, problemBody)?.sendProblem(fault, [['allow', allowed]]);
    });
  }

  /** The exchange; undefined where the end of the request's body is in doubt, which has been answered. */
  #begin(response: HttpResponse, request: HttpRequest, problemBody?: (fault: Problem) => object): Exchange | undefined {
    this.#open += 1;
    const exchange = new Exchange(this, response, request.getMethod() === 'head');
    exchange.problemBody = problemBody;
    const framing = framingOf(request);
    if (framing === 'plain') return exchange;
    exchange.closeAfterwards();
    if (framing === 'chunked') return exchange;
    exchange.sendProblem(framing);
    return undefined;
  }
}

/** uWebSockets says only that it could not listen; the system is asked again for the reason. */
async function whyNot(host: string, port: number): Promise<string> {
  const probe = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    probe.once('error', resolve);
    probe.listen({ host, port, exclusive: true }, () => resolve(undefined));
  });
  probe.close();
  const reasons: Record<string, string> = {
    EADDRINUSE: 'another program has that port. Stop it, or set PORT to a free one',
    EACCES: 'this user may not use that port. Set PORT to one above 1023',
    EADDRNOTAVAIL: 'this machine has no such address. Set HOST to one that it has, or to 0.0.0.0',
    ENOTFOUND: 'there is no such host. Set HOST to an address of this machine, or to 0.0.0.0',
  };
  const reason = reasons[error?.code ?? ''] ?? error?.message ?? 'the system does not say why';
  return `Cannot listen on ${host}:${port}: ${reason}.`;
}
