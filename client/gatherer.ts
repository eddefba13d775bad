/**
 * Orders that are asked for one by one, gathered into requests with many. A request leaves at the end of the turn in
 * which its first order came; while one is on its way, the next grows until that comes back, it is full, or its first
 * order has waited long enough. So nobody who is alone waits for others.
 */
import type { BatchResult, Estimate } from './answers.js';
import { type Budget, type Patience, reasonOf } from './budget.js';
import type { Clock } from './clock.js';
import { BATCH_MAX_BYTES } from './limits.js';
import { bytesOf } from './orders.js';

/** How single orders are gathered. */
export interface Gathering {
  /** Orders of one request, at most. */
  readonly maxRows: number;
  /** Milliseconds that an order waits for the answer to the request before, at most. */
  readonly maxWaitMs: number;
}

/** Asks for orders, each as JSON text, and gives a result for each, in their order. */
export type AskForOrders = (orders: readonly string[], patience: Patience) => Promise<readonly BatchResult[]>;

interface Row {
  readonly order: string;
  readonly budget: Budget;
  readonly resolve: (estimate: Estimate) => void;
  readonly reject: (reason: unknown) => void;
}

/** Gives each order its result, or rejects with what befell it or the request that it was in. */
export class Gatherer {
  readonly #gathering: Gathering;
  readonly #askFor: AskForOrders;
  readonly #clock: Clock;
  /** Rows that wait, in their order. */
  readonly #waiting = new Set<Row>();
  #waitingBytes = 0;
  #requests = 0;
  #turnEnd: NodeJS.Immediate | undefined;
  #cancelTimer: (() => void) | undefined;

  /** @param askFor one request; it is aborted when nobody waits for it any more */
  constructor(gathering: Gathering, askFor: AskForOrders, clock: Clock) {
    this.#gathering = gathering;
    this.#askFor = askFor;
    this.#clock = clock;
  }

  /**
   * The estimate for one order.
   * @param order as JSON text
   * @throws FoodEtaError, also when its own budget is over; whatever else asking for it throws
   */
  predict(order: string, budget: Budget): Promise<Estimate> {
    return new Promise((resolve, reject) => {
      const { signal } = budget;
      if (signal.aborted) {
        reject(reasonOf(signal));
        return;
      }
      const row = { order, budget, resolve, reject };
      // It may be on its way by then: `#leave` sees to the request, which others may share.
      signal.addEventListener('abort', () => this.#withdraw(row), { once: true });
      this.#add(row);
    });
  }

  #add(row: Row): void {
    const bytes = bytesOf(row.order);
    // One bracket is more than there are commas.
    if (this.#waiting.size > 0 && this.#waitingBytes + bytes + 1 > BATCH_MAX_BYTES) this.#leave();
    this.#waiting.add(row);
    this.#waitingBytes += bytes;
    if (this.#waiting.size >= this.#gathering.maxRows) this.#leave();
    else if (this.#requests === 0) this.#leaveAtTurnEnd();
    else this.#cancelTimer ??= this.#clock.after(this.#gathering.maxWaitMs, () => this.#leave());
  }

  #withdraw(row: Row): void {
    if (this.#waiting.delete(row)) this.#waitingBytes -= bytesOf(row.order);
    row.reject(reasonOf(row.budget.signal));
  }

  /** At the end of the turn: those who were just answered may ask again in it. */
  #leaveAtTurnEnd(): void {
    this.#turnEnd ??= setImmediate(() => this.#leave());
  }

  #leave(): void {
    clearImmediate(this.#turnEnd);
    this.#turnEnd = undefined;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const rows = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingBytes = 0;
    if (rows.length > 0) void this.#ask(rows);
  }

  async #ask(rows: readonly Row[]): Promise<void> {
    this.#requests += 1;
    const request = new AbortController();
    let wanted = rows.length;
    for (const { budget } of rows) {
      const onAbort = (): void => {
        wanted -= 1;
        if (wanted === 0) request.abort(reasonOf(budget.signal));
      };
      budget.signal.addEventListener('abort', onAbort, { once: true });
    }
    const orders = rows.map(({ order }) => order);
    const remainingMs = Math.max(...rows.map(({ budget }) => budget.remainingMs));
    try {
      const results = await this.#askFor(orders, { remainingMs, signal: request.signal });
      for (const [index, result] of results.entries()) {
        if (result.status === 'fulfilled') rows[index]?.resolve(result.value);
        else rows[index]?.reject(result.reason);
      }
    } catch (error) {
      // It befell all of them; those whose own time was over have been told.
      for (const { reject } of rows) reject(error);
    }
    this.#requests -= 1;
    if (this.#waiting.size > 0) this.#leaveAtTurnEnd();
  }
}
