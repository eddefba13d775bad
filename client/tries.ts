/**
 * Whether and when a call is tried again. A prediction changes nothing, so it may be asked for twice; what decides is
 * whether that may help, and whether there is time for it.
 */
import type { Budget } from './budget.js';
import type { Clock } from './clock.js';
import { FoodEtaError } from './errors.js';
import { BACKOFF_MS, JITTER_SHARE } from './limits.js';

/**
 * What `once` gives, asked at most `retries` times more.
 * @throws what the last try ended with
 */
export async function withRetries<T>(
  once: () => Promise<T>,
  { budget, retries, clock }: { readonly budget: Budget; readonly retries: number; readonly clock: Clock },
): Promise<T> {
  for (let tried = 0; ; tried++) {
    try {
      return await once();
    } catch (error) {
      const pauseMs = error instanceof FoodEtaError && tried < retries ? pauseAfter(error, tried) : undefined;
      // No use in waiting for a time that the call does not have: its caller knows now.
      if (pauseMs === undefined || pauseMs >= budget.remainingMs) throw error;
      const jitterMs = clock.random() * JITTER_SHARE * pauseMs;
      await budget.pause(Math.min(pauseMs + jitterMs, Math.max(pauseMs, budget.remainingMs - 1)));
    }
  }
}

/** Undefined where another try is of no use. */
function pauseAfter(error: FoodEtaError, tried: number): number | undefined {
  if (!error.repeatable) return undefined;
  if (error.retryAfterMs !== undefined) return error.retryAfterMs;
  // Who refuses for there being too many, and does not say until when, is not asked sooner by guess.
  const isRefusal = 'status' in error && error.status === 429;
  return isRefusal ? undefined : BACKOFF_MS * 2 ** tried;
}
