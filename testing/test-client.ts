/** The client of a test, closed when the test is over. */
import type { Test } from 'tap';
import { type ClientOptions, FoodEtaClient } from '../client/index.js';

/** As much as a busy machine may take. */
const PATIENCE_MS = 20_000;

/**
 * A client each of whose calls is a request by itself, unless `options` say otherwise: what a test counts is then what
 * it asked for.
 */
export function clientOf(t: Test, baseUrl: string, options: Partial<ClientOptions> = {}): FoodEtaClient {
  const client = new FoodEtaClient({ baseUrl, gather: false, timeoutMs: PATIENCE_MS, ...options });
  t.teardown(() => client.close());
  return client;
}
