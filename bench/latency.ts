/**
 * Latency over HTTP: starts the real server as its own process with the version asked for, replays distinct orders
 * with autocannon, and prints one line of JSON. Nothing of the server's insides is used.
 */
import { readFile } from 'node:fs/promises';
import autocannon from 'autocannon';
import { isProgram, parseArguments, runProgram, UsageError, wholeNumber } from '../config/command.js';
import { type LatencyReport, summarise } from './latency-report.js';
import { ServerDidNotStart, startServerProcess } from './server-process.js';

const USAGE =
  'Usage: node dist/bench/latency.js --model-uri models:/NAME/VERSION --orders FILE.ndjson [--seconds N] [--connections N]';
const WARM_UP_SECONDS = 1;
const SECONDS = 3;
const CONNECTIONS = 8;
const LIMITS = { minimum: 1, maximum: 10_000 };

interface Load {
  readonly url: string;
  /** Bodies, one order each, sent in turn. */
  readonly orders: readonly string[];
  readonly seconds: number;
  readonly connections: number;
}

async function measure(modelUri: string, load: Omit<Load, 'url'>): Promise<LatencyReport> {
  const server = await startServerProcess({ MODEL_URI: modelUri });
  try {
    const target = { ...load, url: `${server.url}/predict` };
    await run({ ...target, seconds: WARM_UP_SECONDS });
    return await run(target);
  } finally {
    await server.stop();
  }
}

/** autocannon makes the load; it counts in whole milliseconds, so each response's own time is taken instead. */
async function run({ url, orders, seconds, connections }: Load): Promise<LatencyReport> {
  const latenciesMs: number[] = [];
  let refused = 0;
  const { errors, duration } = await new Promise<autocannon.Result>((resolve, reject) => {
    const options = {
      url,
      connections,
      duration: seconds,
      requests: orders.map(
        (body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body }) as const,
      ),
    };
    const instance = autocannon(options, (error: unknown, result) => (error ? reject(error) : resolve(result)));
    instance.on('response', (_client, statusCode, _bytes, latencyMs) => {
      if (statusCode === 200) latenciesMs.push(latencyMs);
      else refused += 1;
    });
  });
  return summarise({ latenciesMs, refused, errors, seconds: duration, connections });
}

if (isProgram(import.meta.url)) {
  await runProgram(async () => {
    const { values } = parseArguments(
      {
        options: {
          'model-uri': { type: 'string' },
          orders: { type: 'string' },
          seconds: { type: 'string' },
          connections: { type: 'string' },
        },
      },
      USAGE,
    );
    const { 'model-uri': modelUri, orders: file } = values;
    if (modelUri === undefined || file === undefined) throw new UsageError(USAGE);
    const orders = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
    if (orders.length === 0) throw new UsageError(`${file} has no orders.\n${USAGE}`);
    const report = await measure(modelUri, {
      orders,
      seconds: values.seconds === undefined ? SECONDS : wholeNumber('--seconds', values.seconds, LIMITS),
      connections:
        values.connections === undefined ? CONNECTIONS : wholeNumber('--connections', values.connections, LIMITS),
    });
    console.log(JSON.stringify(report));
    return undefined;
  }, [ServerDidNotStart]);
}
