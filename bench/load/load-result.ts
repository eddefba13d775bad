/** What came of some seconds of load, whatever made it. Latencies are in microseconds. */

/**
 * Of many answers, microseconds: the mean, the greatest, and what half, 90 %, 99 % and 99.9 % of them did not exceed.
 */
export interface Latencies {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What came of the load, and whether the generator could have made more of it. */
export interface LoadResult {
  /** How long the load lasted, as measured. */
  readonly seconds: number;
  /** Requests that were answered with 200. */
  readonly answered: number;
  /** The same with those that were sent to warm up and are not in the other figures. */
  readonly answeredInAll: number;
  /** Requests that were answered with anything else. */
  readonly refused: number;
  /** Requests without an answer, and connections that failed. */
  readonly errors: number;
  /** Answered with 200 in a second of load. */
  readonly requestsPerSecond: number;
  /** Of the answers with 200. */
  readonly latencyUs: Latencies;
  /** Share of the time in which the busiest thread of the generator had a processor, 0 to 1. */
  readonly generatorBusy: number;
  /** Seconds of processor time of the generator. */
  readonly generatorCpuSeconds: number;
}

/** From here on the generator may be what limits: such a point does not count. */
export const GENERATOR_BUSY_LIMIT = 0.85;

/**
 * Whether the generator may have been the limit rather than the server: its busiest thread had next to no time left.
 */
export function isGeneratorBound({ generatorBusy }: Pick<LoadResult, 'generatorBusy'>): boolean {
  return generatorBusy > GENERATOR_BUSY_LIMIT;
}
