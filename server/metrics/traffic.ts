/**
 * Requests by route and status. Who ends a request calls `ended`, once for each: `HttpServer` does, told by the
 * exchange. One addition into a table; everything else is done when Prometheus asks.
 */
import type { Metrics } from './prometheus.js';

/** A cell for each status there may be, found without a search; 0 is for requests whose client left. */
const CELLS = 600;

/** The counts of one process. */
export class Traffic {
  readonly #routes: string[] = [];
  #counts = new Float64Array(0);

  /** A row for the route; the index by which it is counted. */
  add(path: string): number {
    const counts = new Float64Array(this.#counts.length + CELLS);
    counts.set(this.#counts);
    this.#counts = counts;
    return this.#routes.push(path) - 1;
  }

  /** @param status of the answer; 0 where the client left before there was one */
  ended(route: number, status: number): void {
    const cell = route * CELLS + status;
    this.#counts[cell] = (this.#counts[cell] ?? 0) + 1;
  }

  /**
   * How many requests to some routes ended with each status, by status.
   * @param isWanted says of a route whether it is one of them
   */
  statuses(isWanted: (route: string) => boolean): Float64Array {
    const sums = new Float64Array(CELLS);
    for (const [row, route] of this.#routes.entries()) {
      if (!isWanted(route)) continue;
      for (let status = 0; status < CELLS; status++) {
        sums[status] = (sums[status] ?? 0) + (this.#counts[row * CELLS + status] ?? 0);
      }
    }
    return sums;
  }

  /** Registers what is counted. */
  measure(metrics: Metrics): void {
    metrics.counter({
      name: 'food_eta_requests_total',
      help: 'Requests that were answered, by path and HTTP status.',
      labels: ['route', 'code'],
      read: () => this.#cells().flatMap(([route, code, count]) => (code === 0 ? [] : [[{ route, code }, count]])),
    });
    metrics.counter({
      name: 'food_eta_requests_abandoned_total',
      help: 'Requests whose client left before the answer.',
      labels: ['route'],
      read: () => this.#cells().flatMap(([route, code, count]) => (code === 0 ? [[{ route }, count]] : [])),
    });
  }

  /** Those that are not 0, and of each route that of status 200 and that of who left, so that a rate has a beginning. */
  #cells(): (readonly [route: string, code: number, count: number])[] {
    return this.#routes.flatMap((route, row) => {
      const counts = this.#counts.subarray(row * CELLS, (row + 1) * CELLS);
      return [...counts].flatMap((count, code) =>
        count > 0 || code === 200 || code === 0 ? [[route, code, count] as const] : [],
      );
    });
  }
}
