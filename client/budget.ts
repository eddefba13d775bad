/** The time that one call has, over all its tries; it is over early when its caller aborts. */
import type { Clock } from './clock.js';
import { AbortError, TimeoutError } from './errors.js';

/** For how long an answer is of use. */
export interface Patience {
  /** Milliseconds from now on. */
  readonly remainingMs: number;
  /** Aborted, with a FoodEtaError, when it is of no use any more. */
  readonly signal: AbortSignal;
}

/** Runs from when it is made. To be released when the call is over: until then its timer keeps the process. */
export class Budget implements Patience {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #caller: AbortSignal | undefined;
  readonly #over = new AbortController();
  readonly #cancelTimer: () => void;
  readonly #onAbort = (): void => {
    this.#over.abort(new AbortError(this.#caller && reasonOf(this.#caller)));
  };

  /** @param caller the caller's signal */
  constructor(clock: Clock, timeoutMs: number, caller?: AbortSignal) {
    this.#clock = clock;
    this.#deadlineMs = clock.now() + timeoutMs;
    this.#caller = caller;
    this.#cancelTimer = clock.after(timeoutMs, () => this.#over.abort(new TimeoutError(timeoutMs)));
    if (caller?.aborted) this.#onAbort();
    else caller?.addEventListener('abort', this.#onAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#over.signal;
  }

  /** Below 0 when it is over. */
  get remainingMs(): number {
    return this.#deadlineMs - this.#clock.now();
  }

  /** Resolves after so long; rejects when the time is over. */
  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const cancel = this.#clock.after(milliseconds, () => {
        signal.removeEventListener('abort', end);
        resolve();
      });
      const end = (): void => {
        cancel();
        reject(reasonOf(signal));
      };
      if (signal.aborted) end();
      else signal.addEventListener('abort', end, { once: true });
    });
  }

  /** The call is answered. */
  release(): void {
    this.#cancelTimer();
    this.#caller?.removeEventListener('abort', this.#onAbort);
  }
}

/** Why it was aborted; undefined while it was not. */
export function reasonOf({ reason }: { readonly reason: unknown }): unknown {
  return reason;
}
