/** Has the traffic of this process read at regular times. With several processes the supervisor does it for all. */
import { STATUS_SAMPLE_MS } from '../limits.js';
import type { BatchMeters } from '../metrics/batches.js';
import type { Traffic } from '../metrics/traffic.js';
import type { TrafficHistory } from './history.js';
import { readingOf } from './reading.js';

/** @returns what ends it */
export function sampleTraffic(meters: BatchMeters, traffic: Traffic, history: TrafficHistory): () => void {
  const timer = setInterval(() => history.add(readingOf(meters, traffic)), STATUS_SAMPLE_MS);
  timer.unref();
  return () => clearInterval(timer);
}
