/** Whether a row would be done in its time, by the rows that wait before it and the rate that the workers were seen to have. */
import { RETRY_AFTER_SECONDS } from '../limits.js';
import { rowsThatMayWait } from './policy.js';
import { ServiceRate } from './service-rate.js';

/** What is known of the queue of one model: the rows that wait, and how quickly they are done. */
export class Admission {
  readonly #share: number;
  readonly #rate = new ServiceRate();
  /** When the workers last gave something back while more waited; undefined when nothing did. */
  #busySinceMs: number | undefined;
  /** Rows that wait for a worker. */
  waiting = 0;

  /** @param share of a row's time within which the rows before it must be done */
  constructor(share: number) {
    this.#share = share;
  }

  /** Whether a row that may take `timeoutMs` would be done by then, as far as is known. */
  hasRoom(timeoutMs: number): boolean {
    return this.waiting < rowsThatMayWait(this.#rate.rowsPerMs, timeoutMs, this.#share);
  }

  /** Seconds after which the rows that wait now will be done, as far as is known. */
  get retryAfterSeconds(): number {
    const { rowsPerMs } = this.#rate;
    const waitMs = rowsPerMs === undefined ? 0 : this.waiting / rowsPerMs;
    return Math.max(RETRY_AFTER_SECONDS, Math.ceil(waitMs / 1_000));
  }

  /** The workers have nothing, and nothing waits for them: what comes next says nothing of how quick they were. */
  idle(): void {
    this.#busySinceMs = undefined;
  }

  /**
   * The workers have given rows back.
   * @param hasBacklog whether more wait for them
   */
  gaveBack(rows: number, nowMs: number, hasBacklog: boolean): void {
    if (this.#busySinceMs !== undefined) this.#rate.note(rows, nowMs - this.#busySinceMs);
    this.#busySinceMs = hasBacklog ? nowMs : undefined;
  }
}
