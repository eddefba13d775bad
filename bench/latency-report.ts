/** What a run of load came to. */

export interface LatencyReport {
  readonly requests: number;
  readonly requests_per_second: number;
  readonly connections: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** Requests without an answer. */
  readonly errors: number;
  readonly avg_latency_ms: number;
  readonly p50_latency_ms: number;
  readonly p99_latency_ms: number;
  readonly max_latency_ms: number;
}

interface Observations {
  /** One entry an answer 200. */
  readonly latenciesMs: readonly number[];
  readonly refused: number;
  readonly errors: number;
  readonly seconds: number;
  readonly connections: number;
}

/** Nothing is smoothed: the quantile is the smallest latency that so many of the answers did not exceed. */
export function summarise({ latenciesMs, refused, errors, seconds, connections }: Observations): LatencyReport {
  const sorted = Float64Array.from(latenciesMs).sort();
  const requests = sorted.length;
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * requests) - 1)] ?? Number.NaN;
  return {
    requests,
    requests_per_second: requests / seconds,
    connections,
    refused,
    errors,
    avg_latency_ms: sorted.reduce((sum, latency) => sum + latency, 0) / requests,
    p50_latency_ms: at(0.5),
    p99_latency_ms: at(0.99),
    max_latency_ms: at(1),
  };
}
