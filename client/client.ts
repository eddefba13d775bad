/** The client: calls as a caller makes them, each with its time, its tries and its errors. */
import type { BatchResult, Estimate, Health, ModelInfo } from './answers.js';
import { Api } from './api.js';
import { Budget, type Patience } from './budget.js';
import { type Clock, SYSTEM_CLOCK } from './clock.js';
import { ClosedError, OrderNotJsonError } from './errors.js';
import { Gatherer } from './gatherer.js';
import { type ClientOptions, readOptions, readTimeout, type Settings } from './options.js';
import { inPieces, type Order, textOf } from './orders.js';
import { withRetries } from './tries.js';

/** What a single call has of its own. */
export interface CallOptions {
  /** Ends this call early, and no other. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for this call, in place of the client's. */
  readonly timeoutMs?: number | undefined;
}

/** A client of one server. It keeps its connections: make one, and share it. */
export class FoodEtaClient {
  readonly #settings: Settings;
  readonly #clock: Clock;
  readonly #api: Api;
  readonly #gatherer: Gatherer | undefined;
  #calls = 0;
  /** Settled when it is closed; undefined until it is asked to. */
  #closing: Promise<void> | undefined;
  /** Called when no call is under way any more. */
  #onQuiet: (() => void) | undefined;

  /**
   * @param clock for tests
   * @throws TypeError, RangeError naming the option that cannot be used, what was given and what is allowed
   */
  constructor(options: ClientOptions, clock = SYSTEM_CLOCK) {
    this.#settings = readOptions(options);
    this.#clock = clock;
    this.#api = new Api(this.#settings);
    const { gather } = this.#settings;
    if (gather !== undefined) this.#gatherer = new Gatherer(gather, (orders, time) => this.#ask(orders, time), clock);
  }

  /**
   * How long one delivery will take.
   * @throws FoodEtaError; RangeError for a `timeoutMs` that cannot be used; where the token is a function, what that
   * throws, and TypeError for a token that a header cannot carry
   */
  predict(order: Order, options: CallOptions = {}): Promise<Estimate> {
    return this.#call(options, async (budget) => {
      const text = textOf(order);
      return this.#gatherer?.predict(text, budget) ?? this.#api.predict(text, budget);
    });
  }

  /**
   * How long many deliveries will take: for each order, in their order, its estimate or why it has none. More than one
   * request takes are sent in several, one after the other, within the one time of the call.
   * @throws FoodEtaError where a request failed as a whole; RangeError for a `timeoutMs` that cannot be used; where the
   * token is a function, what that throws, and TypeError for a token that a header cannot carry
   */
  predictBatch(orders: readonly Order[], options: CallOptions = {}): Promise<BatchResult[]> {
    const refused = new Map<number, BatchResult>();
    const texts: string[] = [];
    for (const [index, order] of orders.entries()) {
      try {
        texts.push(textOf(order));
      } catch (error) {
        if (!(error instanceof OrderNotJsonError)) throw error;
        refused.set(index, { status: 'refused', reason: error });
      }
    }
    return this.#call(options, async (budget) => {
      const results: BatchResult[] = [];
      for (const piece of inPieces(texts)) results.push(...(await this.#api.predictBatch(piece, budget)));
      // In ascending order, so that each finds its place.
      for (const [index, result] of refused) results.splice(index, 0, result);
      return results;
    });
  }

  /**
   * Whether a prediction would succeed.
   * @throws FoodEtaError where no server answers; RangeError for a `timeoutMs` that cannot be used
   */
  health(options: CallOptions = {}): Promise<Health> {
    return this.#call(options, (budget) => this.#api.health(budget));
  }

  /**
   * Which version of the model answers, and how good it is.
   * @throws FoodEtaError; RangeError for a `timeoutMs` that cannot be used
   */
  modelInfo(options: CallOptions = {}): Promise<ModelInfo> {
    return this.#call(options, (budget) => this.#api.modelInfo(budget));
  }

  /** Takes no more calls. Resolves when those that were made are over and the connections are closed. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#calls > 0) {
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
    }
    await this.#api.close();
  }

  async #call<T>({ signal, timeoutMs }: CallOptions, once: (budget: Budget) => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw new ClosedError();
    const ms = timeoutMs === undefined ? this.#settings.timeoutMs : readTimeout(timeoutMs);
    const budget = new Budget(this.#clock, ms, signal);
    this.#calls += 1;
    try {
      return await withRetries(() => once(budget), { budget, retries: this.#settings.retries, clock: this.#clock });
    } finally {
      budget.release();
      this.#calls -= 1;
      if (this.#calls === 0) this.#onQuiet?.();
    }
  }

  /** An order that has nobody to share its request with goes the way of single ones, which the server prefers. */
  async #ask(orders: readonly string[], time: Patience): Promise<readonly BatchResult[]> {
    const [order] = orders;
    if (order === undefined || orders.length > 1) return this.#api.predictBatch(orders, time);
    return [{ status: 'fulfilled', value: await this.#api.predict(order, time) }];
  }
}
