/**
 * Closed-loop load by autocannon, as a program: `node autocannon-process.js OPTIONS`, in JSON. autocannon counts in whole
 * milliseconds, so each response's own time is taken instead.
 */
import { readFileSync } from 'node:fs';
import autocannon from 'autocannon';
import type { ClosedLoopOptions } from './closed-loop.js';
import type { GeneratorReport } from './generator.js';
import { LatencyHistogram } from './histogram.js';
import { bodiesOf } from './orders-file.js';

async function run(options: ClosedLoopOptions): Promise<GeneratorReport> {
  const { url, ordersFile, connections, seconds, path = '/predict', ordersEach = 1 } = options;
  const histogram = new LatencyHistogram();
  let refused = 0;
  const bodies = bodiesOf(readFileSync(ordersFile, 'utf8'), ordersEach);
  const { errors, duration } = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: `${url}${path}`,
        connections,
        duration: seconds,
        requests: bodies.map(
          (body) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body }) as const,
        ),
      },
      (error: unknown, result) => (error ? reject(error) : resolve(result)),
    );
    instance.on('response', (_client, statusCode, _bytes, latencyMs) => {
      if (statusCode === 200) histogram.record(latencyMs);
      else refused += 1;
    });
  });
  return {
    seconds: duration,
    answered: histogram.count,
    answeredInAll: histogram.count,
    refused,
    errors,
    requestsPerSecond: histogram.count / duration,
    latencyUs: histogram.latencies(),
  };
}

process.stdout.write(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '{}'))));
