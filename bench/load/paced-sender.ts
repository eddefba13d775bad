/** Sends requests when they are due, over connections that are kept. */
import { Worker } from 'node:worker_threads';
import { Connection } from './connection.js';
import { LatencyHistogram } from './histogram.js';
import type { PacedOptions, PacedReport } from './paced.js';
import { CLOCK, type ClockStart } from './paced-clock.js';

/** The shortest sleep of the clock: what is due within it goes together. */
const TICK_MS = 0.25;
const WARM_UP_SECONDS = 0.5;
/** Answers are waited for that long when nothing is due any more. */
const PATIENCE_MS = 3_000;
/** Connections are opened so many at a time, which no server's backlog is too short for. */
const OPENED_TOGETHER = 64;

/**
 * Sends the bodies in turn, one by one as they are due or, without a rate, as soon as the answer before has come. For
 * one run.
 */
export class PacedSender {
  readonly #options: PacedOptions;
  readonly #requests: readonly Buffer[];
  /** Undefined once it was called. */
  #onHalfway: (() => void) | undefined;
  readonly #answered = new LatencyHistogram();
  readonly #refused = new LatencyHistogram();
  readonly #refusedOnceSent = new LatencyHistogram();
  readonly #sendLag = new LatencyHistogram();
  /** Used in turn: a connection that is idle for long is closed by the server. */
  readonly #idle = new Queue<Connection>();
  #next = 0;
  #inFlight = 0;
  #startedMs = 0;
  /** What is due earlier warms up. */
  #recordedFromMs = 0;
  /** Requests of the warm-up that were answered, with whatever status. */
  #warmUpAnswered = 0;
  #answeredInAll = 0;
  /**
   * Answers that came while it was recorded, whenever their requests were due: with a queue in the server, those of what
   * was due before are as many as those that come when all is over.
   */
  #answeredMeanwhile = 0;
  /** Requests that have been sent. */
  #sent = 0;
  /** No more become due. */
  #isOver = false;
  #onQuiet: (() => void) | undefined;

  /** @param onHalfway called when a request is about to be sent that is due in the second half of what is recorded */
  constructor(options: PacedOptions, bodies: readonly string[], onHalfway?: () => void) {
    this.#options = options;
    this.#onHalfway = onHalfway;
    const { host } = new URL(options.url);
    const head = `POST ${options.path ?? '/predict'} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
    this.#requests = bodies.map((body) => Buffer.from(`${head}${Buffer.byteLength(body)}\r\n\r\n${body}`));
  }

  /**
   * Opens the connections, warms up, sends, and waits up to 3 s for the last answers.
   * @throws Error of the system where a connection cannot be opened
   */
  async run(): Promise<PacedReport> {
    const { requestsPerSecond } = this.#options;
    const connections = await this.#connect();
    if (requestsPerSecond === undefined) {
      this.#start(performance.now());
      for (const _ of connections) this.#send(this.#startedMs);
      await new Promise((resolve) => setTimeout(resolve, this.#endMs - this.#startedMs));
    } else {
      await this.#sendOnSchedule(requestsPerSecond);
    }
    this.#isOver = true;
    await this.#quiet();
    const lasted = (performance.now() - this.#recordedFromMs) / 1_000;
    for (const connection of connections) connection.close();
    const due = requestsPerSecond === undefined ? this.#sent : this.#dueUntil(this.#endMs, requestsPerSecond);
    return {
      seconds: lasted,
      answered: this.#answered.count,
      answeredInAll: this.#answeredInAll,
      refused: this.#refused.count,
      errors: this.#errors,
      requestsPerSecond: this.#answeredMeanwhile / this.#options.seconds,
      latencyUs: this.#answered.latencies(),
      refusedLatencyUs: this.#refused.latencies(),
      refusedOnceSentUs: this.#refusedOnceSent.latencies(),
      sendLagUs: this.#sendLag.latencies(),
      unsent: due - this.#sent,
      curve: this.#answered.curve(),
    };
  }

  #start(startedMs: number): void {
    this.#startedMs = startedMs;
    this.#recordedFromMs = startedMs + (this.#options.warmUpSeconds ?? WARM_UP_SECONDS) * 1_000;
  }

  /** When nothing more becomes due. */
  get #endMs(): number {
    return this.#recordedFromMs + this.#options.seconds * 1_000;
  }

  /** When half of what is recorded is past. */
  get #halfwayMs(): number {
    return (this.#recordedFromMs + this.#endMs) / 2;
  }

  /** Requests without an answer, in flight or broken off: of those recorded, and of a warm-up that had no answer at all. */
  get #errors(): number {
    const recorded = this.#sendLag.count;
    const errors = recorded - this.#answered.count - this.#refused.count;
    return this.#warmUpAnswered === 0 ? errors + this.#sent - recorded : errors;
  }

  /** Requests that are due until `timeMs`, from the start. */
  #dueUntil(timeMs: number, requestsPerSecond: number): number {
    return Math.floor(((Math.min(timeMs, this.#endMs) - this.#startedMs) / 1_000) * requestsPerSecond);
  }

  async #connect(): Promise<Connection[]> {
    const { url, connections } = this.#options;
    const open: Connection[] = [];
    while (open.length < connections) {
      const count = Math.min(OPENED_TOGETHER, connections - open.length);
      open.push(...(await Promise.all(Array.from({ length: count }, () => Connection.open(url, this.#onAnswer)))));
    }
    for (const connection of open) this.#idle.push(connection);
    return open;
  }

  async #sendOnSchedule(requestsPerSecond: number): Promise<void> {
    const shared = new Int32Array(new SharedArrayBuffer(8));
    const workerData: ClockStart = { shared, periodMs: Math.max(TICK_MS, 1_000 / requestsPerSecond) };
    const clock = new Worker(new URL('paced-clock.js', import.meta.url), { workerData });
    const beganMs = await new Promise<number>((resolve) => clock.once('message', resolve));
    this.#start(beganMs - performance.timeOrigin);
    await new Promise<void>((resolve) => {
      clock.on('message', () => {
        Atomics.store(shared, CLOCK.woken, 0);
        this.#sendDue(requestsPerSecond);
        if (performance.now() >= this.#endMs) resolve();
      });
      Atomics.store(shared, CLOCK.woken, 0);
    });
    Atomics.store(shared, CLOCK.over, 1);
    Atomics.notify(shared, CLOCK.over);
  }

  /** Sends what is due now, as far as connections are idle. */
  #sendDue(requestsPerSecond: number): void {
    const due = this.#dueUntil(performance.now(), requestsPerSecond);
    const intervalMs = 1_000 / requestsPerSecond;
    while (this.#sent < due && this.#idle.length > 0) this.#send(this.#startedMs + (this.#sent + 1) * intervalMs);
  }

  #send(dueMs: number): void {
    const connection = this.#idle.shift();
    if (connection === undefined) return;
    const request = this.#requests[this.#next];
    this.#next = (this.#next + 1) % this.#requests.length;
    if (request === undefined) return;
    this.#sent += 1;
    this.#inFlight += 1;
    connection.dueMs = dueMs;
    if (this.#onHalfway !== undefined && dueMs >= this.#halfwayMs) {
      this.#onHalfway();
      this.#onHalfway = undefined;
    }
    connection.sentMs = performance.now();
    if (dueMs >= this.#recordedFromMs) this.#sendLag.record(connection.sentMs - dueMs);
    connection.send(request);
  }

  readonly #onAnswer = (connection: Connection, status: number): void => {
    const nowMs = performance.now();
    this.#inFlight -= 1;
    if (status === 200) {
      this.#answeredInAll += 1;
      if (nowMs >= this.#recordedFromMs && nowMs < this.#endMs) this.#answeredMeanwhile += 1;
    }
    if (status !== 0) {
      if (connection.dueMs < this.#recordedFromMs) this.#warmUpAnswered += 1;
      else (status === 200 ? this.#answered : this.#refused).record(nowMs - connection.dueMs);
      if (status !== 200 && connection.dueMs >= this.#recordedFromMs) {
        this.#refusedOnceSent.record(nowMs - connection.sentMs);
      }
    }
    if (connection.isOpen) this.#idle.push(connection);
    const { requestsPerSecond } = this.#options;
    if (requestsPerSecond !== undefined) this.#sendDue(requestsPerSecond);
    else if (!this.#isOver) this.#send(nowMs);
    if (this.#isOver && this.#inFlight === 0) this.#onQuiet?.();
  };

  /** Resolves when nothing is in flight any more, or nothing more is waited for. */
  async #quiet(): Promise<void> {
    if (this.#inFlight === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS);
    });
    const quiet = new Promise<void>((resolve) => {
      this.#onQuiet = resolve;
    });
    await Promise.race([quiet, late]);
    clearTimeout(timer);
    // What was due and is still waiting here is not sent any more.
    this.#onQuiet = undefined;
  }
}

/** First in, first out, each in constant time. */
class Queue<T> {
  #items: T[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (item === undefined) return undefined;
    this.#head += 1;
    if (this.#head === 1_024) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
