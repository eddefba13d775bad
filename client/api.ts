/** The paths of the server that the client knows: what is sent to each, and what comes back. */
import {
  type BatchResult,
  type Estimate,
  type Health,
  type ModelInfo,
  readBatch,
  readEstimate,
  readHealth,
  readModelInfo,
} from './answers.js';
import type { Patience } from './budget.js';
import { Http, type HttpAnswer } from './http.js';
import type { Settings } from './options.js';

/** Every call is one request. */
export class Api {
  readonly #http: Http;
  readonly #token: (() => string) | undefined;

  constructor(settings: Settings) {
    this.#http = new Http(settings);
    this.#token = settings.token;
  }

  /**
   * @param order as JSON text
   * @throws FoodEtaError, the reason of `signal`, or what `token` throws
   */
  async predict(order: string, patience: Patience): Promise<Estimate> {
    return readEstimate(await this.#post('/predict', order, patience));
  }

  /**
   * @param orders each as JSON text; as many as one request takes
   * @throws FoodEtaError, the reason of `signal`, or what `token` throws
   */
  async predictBatch(orders: readonly string[], patience: Patience): Promise<BatchResult[]> {
    return readBatch(await this.#post('/predict/batch', `[${orders.join()}]`, patience), orders.length);
  }

  /** @throws FoodEtaError, or the reason of `signal` */
  async health(patience: Patience): Promise<Health> {
    return readHealth(await this.#get('/health', patience));
  }

  /** @throws FoodEtaError, or the reason of `signal` */
  async modelInfo(patience: Patience): Promise<ModelInfo> {
    return readModelInfo(await this.#get('/model-info', patience));
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #post(path: string, body: string, { remainingMs, signal }: Patience): Promise<HttpAnswer> {
    const headers: Record<string, string> = {
      'content-type': 'application/json',
      'x-request-timeout-ms': String(Math.max(1, Math.floor(remainingMs))),
    };
    if (this.#token !== undefined) headers['authorization'] = `Bearer ${this.#token()}`;
    return this.#http.send({ method: 'POST', path, headers, body, signal });
  }

  #get(path: string, { signal }: Patience): Promise<HttpAnswer> {
    return this.#http.send({ method: 'GET', path, headers: {}, signal });
  }
}
