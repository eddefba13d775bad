/** Rows that were asked for and got no minutes, by reason. Whoever refuses them calls `add`. */
import type { Metrics } from './prometheus.js';

const HELP = {
  queue_full: 'as many rows wait as can be finished in time',
  event_loop_lag: 'the front end itself is behind',
  stopping: 'the server is stopping',
  no_model: 'there is no model yet, or none any more',
  expired: 'its time was up before it was predicted',
  abandoned: 'its client had left before it was predicted',
  worker_failed: 'its worker failed, the second try included',
} as const;

/** Why a row got no minutes; `HELP` has the words. */
export type RefusalReason = keyof typeof HELP;

/** The counts of one process. */
export class Refusals {
  readonly #rows: Record<RefusalReason, number> = {
    queue_full: 0,
    event_loop_lag: 0,
    stopping: 0,
    no_model: 0,
    expired: 0,
    abandoned: 0,
    worker_failed: 0,
  };

  add(reason: RefusalReason, rows = 1): void {
    this.#rows[reason] += rows;
  }

  measure(metrics: Metrics): void {
    const meanings = Object.entries(HELP).map(([reason, meaning]) => `${reason}: ${meaning}`);
    metrics.counter({
      name: 'food_eta_rows_refused_total',
      help: `Rows that got no minutes. ${meanings.join('; ')}.`,
      labels: ['reason'],
      read: () => Object.entries(this.#rows).map(([reason, rows]) => [{ reason }, rows]),
    });
  }
}
