/**
 * Load on `/predict` at a steady rate over kept connections, one request in flight on each, with every answer handed to
 * a judge. Latency counts from when a request was due, so that a server that stalls cannot hide it.
 */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  /** `x-model-version`; empty where there is none. */
  readonly version: string;
  readonly body: string;
}

export interface LoadOptions {
  readonly url: string;
  /** Bodies, one order each, sent in turn. */
  readonly orders: readonly string[];
  readonly connections: number;
  /** No request is due after it has come. */
  readonly until: Promise<unknown>;
  /** Undefined for as many as are answered. */
  readonly requestsPerSecond?: number;
  /**
   * Told of each answer when it has come.
   * @param order the index of the order asked for
   */
  readonly onAnswer: (answer: Answer, order: number) => void;
}

export interface LoadReport {
  /** From when each request was due to its answer, ascending. */
  readonly latenciesMs: Float64Array;
  readonly answersPerSecond: number;
  /** Connections that ended before their answer. */
  readonly broken: number;
}

export async function runLoad(options: LoadOptions): Promise<LoadReport> {
  const load = new Load(options);
  return load.run();
}

class Load {
  readonly #options: LoadOptions;
  readonly #requests: readonly Buffer[];
  readonly #latenciesMs: number[] = [];
  readonly #idle: Connection[] = [];
  /** When requests that no connection could take were due; in order. */
  readonly #waiting: number[] = [];
  #next = 0;
  #inFlight = 0;
  #broken = 0;
  #over = false;
  #onQuiet: (() => void) | undefined;

  constructor(options: LoadOptions) {
    this.#options = options;
    const { host } = new URL(options.url);
    const head = `POST /predict HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
    this.#requests = options.orders.map((body) => Buffer.from(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`));
  }

  get #isPaced(): boolean {
    return this.#options.requestsPerSecond !== undefined;
  }

  async run(): Promise<LoadReport> {
    const { connections, until, requestsPerSecond } = this.#options;
    const open = await Promise.all(Array.from({ length: connections }, () => Connection.open(this.#options.url)));
    const end = (): void => {
      this.#over = true;
    };
    void until.then(end, end);
    const begin = performance.now();
    this.#idle.push(...open);
    if (!this.#isPaced) for (const _ of open) this.#due(performance.now());
    let sent = 0;
    while (!this.#over) {
      const wanted = requestsPerSecond === undefined ? 0 : ((performance.now() - begin) / 1_000) * requestsPerSecond;
      for (; sent < wanted; sent++) this.#due(begin + (sent / (requestsPerSecond ?? 1)) * 1_000);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await this.#quiet();
    const lastedSeconds = (performance.now() - begin) / 1_000;
    for (const connection of open) connection.close();
    const latenciesMs = Float64Array.from(this.#latenciesMs).sort();
    return { latenciesMs, answersPerSecond: latenciesMs.length / lastedSeconds, broken: this.#broken };
  }

  /** Resolves when all that was due has its answer. */
  #quiet(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#inFlight === 0) resolve();
      else this.#onQuiet = resolve;
    });
  }

  #due(dueMs: number): void {
    // In turn: a connection that is left idle for 10 s is closed by the server.
    const connection = this.#idle.shift();
    if (connection === undefined) this.#waiting.push(dueMs);
    else this.#send(connection, dueMs);
  }

  #send(connection: Connection, dueMs: number): void {
    const order = this.#next;
    this.#next = (order + 1) % this.#requests.length;
    this.#inFlight += 1;
    connection.ask(this.#requests[order] ?? Buffer.alloc(0), (answer) => {
      this.#inFlight -= 1;
      if (answer === undefined) {
        this.#broken += 1;
      } else {
        const nowMs = performance.now();
        this.#latenciesMs.push(nowMs - dueMs);
        this.#options.onAnswer(answer, order);
        const nextDueMs = this.#isPaced || this.#over ? this.#waiting.shift() : nowMs;
        if (nextDueMs === undefined) this.#idle.push(connection);
        else this.#send(connection, nextDueMs);
      }
      if (this.#inFlight === 0 && this.#over) this.#onQuiet?.();
    });
  }
}

class Connection {
  readonly #socket: Socket;
  #text = '';
  #onAnswer: ((answer: Answer | undefined) => void) | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#read(text));
    socket.on('error', () => this.#give(undefined)).on('close', () => this.#give(undefined));
  }

  static async open(url: string): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new Connection(socket);
  }

  ask(request: Buffer, onAnswer: (answer: Answer | undefined) => void): void {
    this.#onAnswer = onAnswer;
    if (this.#socket.destroyed) this.#give(undefined);
    else this.#socket.write(request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #read(text: string): void {
    this.#text += text;
    const head = this.#text.indexOf('\r\n\r\n');
    if (head === -1) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(this.#text)?.[1] ?? 0);
    const end = head + 4 + length;
    if (this.#text.length < end) return;
    const answer: Answer = {
      status: Number(this.#text.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length)),
      version: /\r\nx-model-version: *(\d+)/i.exec(this.#text)?.[1] ?? '',
      body: this.#text.slice(head + 4, end),
    };
    this.#text = this.#text.slice(end);
    this.#give(answer);
  }

  #give(answer: Answer | undefined): void {
    const tell = this.#onAnswer;
    this.#onAnswer = undefined;
    tell?.(answer);
  }
}

/** @param sorted ascending, not empty */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
