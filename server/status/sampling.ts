/** Has the traffic of this process read at regular times. With several processes the supervisor does it for all. */
import { STATUS_SAMPLE_MS } from '../limits.js';
import type { Logger } from '../log.js';
import type { Metrics } from '../metrics/prometheus.js';
import type { TrafficHistory } from './history.js';
import { READ_METRICS, readingOf } from './reading.js';

/** @returns what ends it */
export function sampleTraffic(metrics: Metrics, history: TrafficHistory, log: Logger): () => void {
  const sample = async (): Promise<void> => history.add(readingOf([await metrics.snapshot(READ_METRICS)]));
  const timer = setInterval(() => {
    sample().catch((error: unknown) => log.error({ err: error }, 'the traffic could not be read'));
  }, STATUS_SAMPLE_MS);
  timer.unref();
  return () => clearInterval(timer);
}
