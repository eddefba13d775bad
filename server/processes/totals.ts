/** What all processes have counted together, those that have ended included. */
import { countsOf, type MetricsSnapshot, mergeSnapshots } from '../metrics/merge.js';
import { Metrics } from '../metrics/prometheus.js';
import { addReadings, NOTHING_READ, type Reading } from '../status/reading.js';
import type { ServerChild } from './server-child.js';

/** The sum over the processes of one server. */
export class Totals {
  readonly #own: Metrics;
  readonly #children = new Set<ServerChild>();
  #ended: MetricsSnapshot = [];
  #traffic = NOTHING_READ;

  /** @param own what the supervisor measures itself */
  constructor(own: Metrics) {
    this.#own = own;
  }

  /** Counts a process in until it ends, and what it has counted from then on. */
  add(child: ServerChild): void {
    this.#children.add(child);
    void child.ended.then(() => {
      this.#children.delete(child);
      this.#ended = mergeSnapshots([this.#ended, countsOf(child.counted.metrics)]);
      this.#traffic = addReadings(this.#traffic, child.counted.traffic);
    });
  }

  /** The processes there are. */
  get children(): ReadonlySet<ServerChild> {
    return this.#children;
  }

  async poll(): Promise<void> {
    await Promise.all([...this.#children].map((child) => child.poll()));
  }

  /** As of the last answers. */
  get traffic(): Reading {
    return [...this.#children].reduce((sum, { counted }) => addReadings(sum, counted.traffic), this.#traffic);
  }

  /** As of now; of a process that does not answer at once, as of its last answer. */
  async text(): Promise<string> {
    const own = await this.#own.snapshot();
    await this.poll();
    // From here to the sum nothing is waited for, in which a process could end and be counted twice.
    return Metrics.merge([own, this.#ended, ...[...this.#children].map(({ counted }) => counted.metrics)]);
  }
}
