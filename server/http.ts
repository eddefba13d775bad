/** HTTP by uWebSockets.js, whose only importer this is: listening, routing, draining. */

import uWS, { type HttpRequest, type HttpResponse, type us_listen_socket } from 'uWebSockets.js';
import { shorten } from './describe.js';
import { type Problem, problem } from './errors.js';
import { Exchange, type Headers } from './exchange.js';
import { framingOf } from './framing.js';
import { Traffic } from './metrics/traffic.js';
import { freePort, type PortSettings, portFault, unknownFault } from './port.js';
import { RequestHead } from './request-head.js';
import type { RequestLog, WatchedOwner } from './request-log.js';
import type { TlsFiles } from './tls.js';
import type { Tokens } from './tokens.js';

/** A method and a path, and what answers there. HEAD comes with GET; other methods get 405. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** With `:name` for a part of it that is a parameter. */
  readonly path: string;
  /** Whether it wants a token, where the server has any. */
  readonly protected?: boolean;
  /** The form that a protocol demands for problems; else they are `application/problem+json`. */
  readonly problemBody?: (fault: Problem) => object;
  handle(exchange: Exchange, head: RequestHead): void;
}

/** The library takes a host and options together, has this constant and tells of connections; its types do not. */
interface UntypedApp {
  listen(host: string, port: number, options: number, done: (socket: us_listen_socket | false) => void): unknown;
  /** @param onConnection is given 1 for a connection that is opened, -1 for one that is closed */
  filter(onConnection: (response: unknown, change: number) => void): unknown;
}
const LIBUS_LISTEN_DEFAULT = 0;
const LIBUS_LISTEN_EXCLUSIVE_PORT = 1;

/** How a port is taken. */
export interface ListenOptions {
  /** Whether other servers that say so too may have the port as well; each connection is then one of theirs. */
  readonly shared?: boolean;
  /** What the host and the port are called where they are set. */
  readonly settings?: PortSettings;
}

/** What watches over the requests of a server. */
export interface HttpOptions {
  /** Counts the requests. */
  readonly traffic?: Traffic;
  /** Those that routes which are protected want one of; undefined where nothing is. */
  readonly tokens?: Tokens | undefined;
  /** With them it speaks HTTPS alone. */
  readonly tls?: TlsFiles | undefined;
  /** Told of every request; undefined where none is logged. */
  readonly requestLog?: RequestLog | undefined;
}

const TOKEN_WANTED = 'Send a token that the server knows, as `Authorization: Bearer TOKEN`.';
const UNAUTHORIZED: Headers = [['www-authenticate', 'Bearer']];

/** A server with its routes. What a handler throws costs that request alone, which is answered with 500. */
export class HttpServer {
  readonly #app: uWS.TemplatedApp;
  readonly #onFault: (error: unknown) => void;
  readonly #traffic: Traffic;
  readonly #tokens: Tokens | undefined;
  readonly #requestLog: RequestLog | undefined;
  #socket: us_listen_socket | undefined;
  readonly #head = new RequestHead();
  #open = 0;
  #onIdle: (() => void) | undefined;
  #connections = 0;
  #onLeft: (() => void) | undefined;
  draining = false;

  /** @param onFault is told of what a handler throws */
  constructor(
    routes: readonly Route[],
    onFault: (error: unknown) => void,
    { traffic = new Traffic(), tokens, tls, requestLog }: HttpOptions = {},
  ) {
    this.#app = tls === undefined ? uWS.App() : uWS.SSLApp({ cert_file_name: tls.cert, key_file_name: tls.key });
    this.#onFault = onFault;
    (this.#app as unknown as UntypedApp).filter((_response, change) => this.#count(change));
    this.#traffic = traffic;
    this.#tokens = tokens;
    this.#requestLog = requestLog;
    for (const route of routes) this.#add(route);
    const elsewhere = new RouteOwner(this, traffic, 'other');
    this.#app.any('/*', (response, request) => {
      const path = shorten(request.getUrl());
      const exchange = this.#begin(response, request, elsewhere, request.getMethod());
      exchange?.sendProblem(problem('not_found', `There is no ${path} here.`));
    });
  }

  /**
   * Listens, alone on that port unless it is to be shared.
   * @param port 0 lets the system choose
   * @returns the port
   * @throws ListenError
   */
  async listen(host: string, port: number, { shared = false, settings }: ListenOptions = {}): Promise<number> {
    // The library shares no port that the system chooses for it.
    const chosen = shared && port === 0 ? await freePort(host) : port;
    // The library's own way to have a port alone keeps it for a minute after the last connection was closed, from the
    // same server started again too. So a port that is named is looked at first and then opened as one that is shared.
    const options = chosen === 0 ? LIBUS_LISTEN_EXCLUSIVE_PORT : LIBUS_LISTEN_DEFAULT;
    const fault = shared || port === 0 ? undefined : await portFault(host, port, settings);
    if (fault !== undefined) throw fault;
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      (this.#app as unknown as UntypedApp).listen(host, chosen, options, resolve);
    });
    if (socket === false) throw (await portFault(host, port, settings)) ?? unknownFault(host, port);
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

  /**
   * Resolves when no connection is left of those that `drain` closes after their answers: each carries one more request
   * or is closed by its client or its idle time-out, so that none is closed on which a request may be on its way.
   */
  async left(): Promise<void> {
    if (this.#connections === 0) return;
    await new Promise<void>((resolve) => {
      this.#onLeft = resolve;
    });
  }

  /** Closes everything at once, answered or not. */
  close(): void {
    this.#app.close();
  }

  /** Requests that have no answer yet. */
  get inFlight(): number {
    return this.#open;
  }

  /** A request has been answered, or its client has left. */
  ended(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onIdle?.();
  }

  /** A handler threw. */
  faulted(error: unknown): void {
    this.#onFault(error);
  }

  #count(change: number): void {
    this.#connections += change;
    if (this.#connections === 0) this.#onLeft?.();
  }

  #add(route: Route): void {
    const { path, problemBody } = route;
    const owner = new RouteOwner(this, this.#traffic, path);
    const tokens = route.protected ? this.#tokens : undefined;
    const handle = (response: HttpResponse, request: HttpRequest, method: string): void => {
      const exchange = this.#begin(response, request, owner, method, problemBody);
      if (exchange === undefined) return;
      if (tokens !== undefined && !tokens.accepts(this.#head.getHeader('authorization'))) {
        exchange.sendProblem(problem('token_missing_or_wrong', TOKEN_WANTED), UNAUTHORIZED);
        return;
      }
      try {
        route.handle(exchange, this.#head);
      } catch (error) {
        exchange.fault(error);
      }
    };
    if (route.method === 'POST') this.#app.post(path, (response, request) => handle(response, request, 'post'));
    else {
      this.#app.get(path, (response, request) => handle(response, request, 'get'));
      this.#app.head(path, (response, request) => handle(response, request, 'head'));
    }
    const allowed = route.method === 'GET' ? 'GET, HEAD' : 'POST';
    this.#app.any(path, (response, request) => {
      const given = shorten(request.getCaseSensitiveMethod());
      const fault = problem('method_not_allowed', `${path} takes ${allowed}; this was ${given}.`);
      const exchange = this.#begin(response, request, owner, request.getMethod(), problemBody);
      exchange?.sendProblem(fault, [['allow', allowed]]);
    });
  }

  /** The exchange; undefined where the end of the request's body is in doubt, which has been answered. */
  #begin(
    response: HttpResponse,
    request: HttpRequest,
    route: RouteOwner,
    method: string,
    problemBody?: Route['problemBody'],
  ): Exchange | undefined {
    this.#open += 1;
    const owner = this.#requestLog === undefined ? route : this.#requestLog.watch(route, method);
    const exchange = new Exchange(owner, response, method === 'head');
    exchange.problemBody = problemBody;
    const framing = framingOf(this.#head.read(request));
    if (framing === 'plain') return exchange;
    exchange.closeAfterwards();
    if (framing === 'chunked') return exchange;
    exchange.sendProblem(framing);
    return undefined;
  }
}

/** What the exchanges of a route are told by, and tell. */
class RouteOwner implements WatchedOwner {
  readonly #server: HttpServer;
  readonly #traffic: Traffic;
  readonly #index: number;
  readonly route: string;

  constructor(server: HttpServer, traffic: Traffic, route: string) {
    this.#server = server;
    this.#traffic = traffic;
    this.#index = traffic.add(route);
    this.route = route;
  }

  get draining(): boolean {
    return this.#server.draining;
  }

  ended(status = 0): void {
    this.#traffic.ended(this.#index, status);
    this.#server.ended();
  }

  faulted(error: unknown): void {
    this.#server.faulted(error);
  }
}
