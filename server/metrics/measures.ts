/** Everything that a server is measured by, and the text that tells of it. */
import { BatchMeters } from './batches.js';
import { measurePredictions } from './predictions.js';
import { Metrics } from './prometheus.js';
import { Runtime } from './runtime.js';
import { Traffic } from './traffic.js';

/** The measures of one process. */
export class Measures {
  readonly metrics = new Metrics();
  readonly meters = new BatchMeters();
  readonly traffic = new Traffic();
  readonly runtime = new Runtime();

  constructor() {
    measurePredictions(this.metrics, this.meters);
    this.traffic.measure(this.metrics);
    this.runtime.measure(this.metrics);
  }

  stop(): void {
    this.runtime.stop();
  }
}
