import fc from 'fast-check';
import t from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { summarise } from './latency-report.js';

const run = { refused: 0, errors: 0, seconds: 2, connections: 8 };

t.test('a hundred latencies of 1 to 100 ms are summed up as anybody would', async (t) => {
  const latenciesMs = Array.from({ length: 100 }, (_, at) => 100 - at);
  t.strictSame(summarise({ ...run, latenciesMs, refused: 3, errors: 1 }), {
    requests: 100,
    requests_per_second: 50,
    connections: 8,
    refused: 3,
    errors: 1,
    avg_latency_ms: 50.5,
    p50_latency_ms: 50,
    p99_latency_ms: 99,
    max_latency_ms: 100,
  });
});

t.test('quantiles are latencies that were seen, each over at least its share of the answers', async () => {
  const latencies = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 300 });
  fc.assert(
    fc.property(latencies, (latenciesMs) => {
      const { p50_latency_ms, p99_latency_ms, max_latency_ms, avg_latency_ms } = summarise({ ...run, latenciesMs });
      const shareUpTo = (ms: number) => latenciesMs.filter((latency) => latency <= ms).length / latenciesMs.length;
      return (
        [p50_latency_ms, p99_latency_ms, max_latency_ms].every((ms) => latenciesMs.includes(ms)) &&
        shareUpTo(p50_latency_ms) >= 0.5 &&
        shareUpTo(p99_latency_ms) >= 0.99 &&
        max_latency_ms === Math.max(...latenciesMs) &&
        avg_latency_ms >= Math.min(...latenciesMs) - 1e-9 &&
        avg_latency_ms <= max_latency_ms + 1e-9
      );
    }),
    FIXED,
  );
});

t.test('without a single answer there is no latency, rather than one of zero', async (t) => {
  const report = summarise({ ...run, latenciesMs: [], errors: 9 });
  t.match(report, { requests: 0, requests_per_second: 0, errors: 9 });
  t.ok(Number.isNaN(report.avg_latency_ms) && Number.isNaN(report.p99_latency_ms));
});
