/**
 * Open-loop load: requests are due at even intervals, whatever becomes of those before, and latency counts from when a
 * request was due. A server that stalls makes all that is due meanwhile late, and each of them shows it.
 */
import { type GeneratorReport, runGenerator } from './generator.js';
import type { Latency } from './histogram.js';
import type { Latencies, LoadResult } from './load-result.js';

export interface PacedOptions {
  readonly url: string;
  /** One order, as JSON, a line. */
  readonly ordersFile: string;
  /** At most so many requests are with the server at once; what is due beyond waits here, and its latency counts. */
  readonly connections: number;
  readonly seconds: number;
  /** Load before that, which is not recorded: the sender's own code is compiled meanwhile, and would be late. */
  readonly warmUpSeconds?: number;
  /** Undefined for as many as are answered: a closed loop. */
  readonly requestsPerSecond?: number;
  /** Default `/predict`. */
  readonly path?: string;
  readonly ordersEach?: number;
}

export interface PacedReport extends GeneratorReport {
  /** Of the answers other than 200. */
  readonly refusedLatencyUs: Latencies;
  /** From when requests were due to when they were sent: the part of the latency that the sender itself may have made. */
  readonly sendLagUs: Latencies;
  /** Requests that were due and not sent before the time was up. */
  readonly unsent: number;
  /** The latency of the answers, by the share of them that was quicker. */
  readonly curve: readonly Latency[];
}

export type PacedResult = PacedReport & LoadResult;

export function runPaced(options: PacedOptions): Promise<PacedResult> {
  return runGenerator<PacedReport>(new URL('paced-process.js', import.meta.url), options);
}
