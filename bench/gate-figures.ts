/**
 * What promotion asks of a version: its latency at a rate, and what a prediction costs against the bare reference when
 * both have all to do that they can.
 *
 * `node dist/bench/gate-figures.js --model-uri models:/NAME/VERSION --orders FILE.ndjson --requests-per-second N` says it
 * in one line of JSON.
 */
import { readFile } from 'node:fs/promises';
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { GeneratorFailed } from './load/generator.js';
import { type PacedResult, runPaced } from './load/paced.js';
import { measured, type Subject } from './measurement.js';
import { ProgramDidNotStart } from './processes/program.js';
import { ServerDidNotStart } from './server-process.js';
import { onStage } from './stage.js';

const USAGE =
  'Usage: node dist/bench/gate-figures.js --model-uri models:/NAME/VERSION --orders FILE.ndjson --requests-per-second N';
const RATES = { minimum: 1, maximum: 1_000_000 };

/** Short, since every promotion waits for it. */
const SECONDS = { warmUp: 0.6, cost: 0.7, latency: 1.5 };
/** Before each of them, while the sender's own code is compiled. */
const SENDER_WARM_UP_SECONDS = 0.2;
const CONNECTIONS = 64;

/**
 * What `training/gates.ts` holds against the limits, named as in the report of promotion: requests in numbers,
 * latencies in milliseconds, processor time in microseconds.
 */
export interface GateFigures {
  /** Requests that were due in a second. */
  readonly at_requests_per_second: number;
  /** Answered with 200. */
  readonly requests: number;
  /** Answered with 200 in a second of load. */
  readonly requests_per_second: number;
  /** Answers other than 200. */
  readonly refused: number;
  /** Requests without an answer. */
  readonly errors: number;
  /** Requests that were due and could not be sent, since those before them had no answer. */
  readonly unsent: number;
  /** From when requests were due to their answers, as are the following. */
  readonly avg_latency_ms: number;
  readonly p50_latency_ms: number;
  readonly p99_latency_ms: number;
  readonly max_latency_ms: number;
  /** How late the sender itself was, which is in the latencies. */
  readonly p99_send_lag_ms: number;
  /** The server's processor time for a prediction over the bare reference's for an answer, each with all it can do. */
  readonly cpu_ratio_to_bare: number;
  /** Microseconds of processor time of the server, with all it can do. */
  readonly cpu_us_per_prediction: number;
}

/**
 * Starts the server with a version and the bare reference, and measures both: first what an answer of each costs, then
 * the server's latency on schedule. Takes some seconds.
 * @param modelUri `models:/NAME/VERSION` or `models:/NAME@ALIAS`
 * @param ordersFile one order, as JSON, a line; undefined for sample orders
 * @param requestsPerSecond that are due, for the latency
 * @throws ServerDidNotStart, ProgramDidNotStart, GeneratorFailed
 */
export async function measureGate(
  modelUri: string,
  ordersFile: string | undefined,
  requestsPerSecond: number,
): Promise<GateFigures> {
  return onStage({ modelUri, ordersFile, warmUpSeconds: SECONDS.warmUp }, async ({ server, bare, ordersFile }) => {
    const load = { ordersFile, connections: CONNECTIONS, warmUpSeconds: SENDER_WARM_UP_SECONDS };
    const costOf = async (subject: Subject): Promise<number> => {
      const seconds = SECONDS.cost;
      return (await measured(subject, ({ url }) => runPaced({ ...load, url, seconds }))).cpuUsPerRow;
    };
    const costs = { server: await costOf(server), bare: await costOf(bare) };
    const result = await runPaced({ ...load, url: server.url, seconds: SECONDS.latency, requestsPerSecond });
    return gateFigures(requestsPerSecond, result, costs);
  });
}

function gateFigures(
  requestsPerSecond: number,
  { answered, refused, errors, unsent, latencyUs, sendLagUs, ...result }: PacedResult,
  costs: { readonly server: number; readonly bare: number },
): GateFigures {
  return {
    at_requests_per_second: requestsPerSecond,
    requests: answered,
    requests_per_second: result.requestsPerSecond,
    refused,
    errors,
    unsent,
    avg_latency_ms: latencyUs.mean / 1_000,
    p50_latency_ms: latencyUs.p50 / 1_000,
    p99_latency_ms: latencyUs.p99 / 1_000,
    max_latency_ms: latencyUs.max / 1_000,
    p99_send_lag_ms: sendLagUs.p99 / 1_000,
    cpu_ratio_to_bare: costs.server / costs.bare,
    cpu_us_per_prediction: costs.server,
  };
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const options = {
      'model-uri': { type: 'string' },
      orders: { type: 'string' },
      'requests-per-second': { type: 'string' },
    } as const;
    const { 'model-uri': modelUri, orders, 'requests-per-second': rate } = parseArguments({ options }, USAGE).values;
    if (modelUri === undefined || orders === undefined || rate === undefined) throw new UsageError(USAGE);
    const requestsPerSecond = wholeNumber('--requests-per-second', rate, RATES);
    if ((await readFile(orders, 'utf8')).trim() === '') throw new UsageError(`${orders} has no orders.\n${USAGE}`);
    console.log(JSON.stringify(await measureGate(modelUri, orders, requestsPerSecond)));
    return undefined;
  }, [ServerDidNotStart, ProgramDidNotStart, GeneratorFailed]);
}
