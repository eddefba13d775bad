/**
 * Open-loop load: requests are due at even intervals, whatever becomes of those before, and latency counts from when a
 * request was due. A server that stalls makes all that is due meanwhile late, and each of them shows it.
 */
import { type GeneratorReport, runGenerator } from './generator.js';
import type { Latency } from './histogram.js';
import type { Latencies, LoadResult } from './load-result.js';

/** The load to make. Latency and rates count from the end of the warm-up. */
export interface PacedOptions {
  /** Address of the server, without a path. */
  readonly url: string;
  /** One order, as JSON, a line. */
  readonly ordersFile: string;
  /** At most so many requests are with the server at once; what is due beyond waits here, and its latency counts. */
  readonly connections: number;
  /** In which requests become due and are recorded. */
  readonly seconds: number;
  /** Load before that, which is not recorded: the sender's own code is compiled meanwhile, and would be late. */
  readonly warmUpSeconds?: number;
  /** Undefined for as many as are answered: a closed loop. */
  readonly requestsPerSecond?: number;
  /** Default `/predict`. */
  readonly path?: string;
  /** More than one sends JSON arrays of so many orders. Default 1. */
  readonly ordersEach?: number;
}

/**
 * What the sender says of its run. Its latencies count from when a request was due. A fault in the warm-up is not among
 * its errors, unless nothing was answered in it: then all that was sent in it is, since nothing was warm.
 */
export interface PacedReport extends GeneratorReport {
  /** Of the answers other than 200. */
  readonly refusedLatencyUs: Latencies;
  /** Of the same, from when their requests were sent: what is left without the sender's own delay. */
  readonly refusedOnceSentUs: Latencies;
  /** From when requests were due to when they were sent: the part of the latency that the sender itself may have made. */
  readonly sendLagUs: Latencies;
  /** Requests that were due and not sent before the time was up. */
  readonly unsent: number;
  /** The latency of the answers, by the share of them that was quicker. */
  readonly curve: readonly Latency[];
}

/** The report, with what the sender's process used. */
export type PacedResult = PacedReport & LoadResult;

/**
 * Sends on schedule, or as fast as answered, from a process of its own.
 * @param onHalfway called when what is recorded is half over, however long the sender took to start, and waited for; not
 * called where nothing can be sent then
 * @throws GeneratorFailed, or what `onHalfway` throws, which ends it
 */
export function runPaced(options: PacedOptions, onHalfway?: () => Promise<void>): Promise<PacedResult> {
  return runGenerator<PacedReport>(new URL('paced-process.js', import.meta.url), options, onHalfway);
}
