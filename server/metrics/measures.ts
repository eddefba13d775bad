/** Everything that a server is measured by, and the text that tells of it. */
import type { Following, ShadowFollowing } from '../following.js';
import { BatchMeters } from './batches.js';
import { measureModels } from './models.js';
import { measurePredictions } from './predictions.js';
import { Metrics } from './prometheus.js';
import { Runtime } from './runtime.js';
import { measureShadow } from './shadow.js';
import { Traffic } from './traffic.js';

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

  /** Tells of what is followed too. */
  follow(live: Following, shadow: ShadowFollowing | undefined): void {
    measureModels(this.metrics, live, shadow);
    if (shadow !== undefined) measureShadow(this.metrics, shadow.shadow);
  }

  stop(): void {
    this.runtime.stop();
  }
}
