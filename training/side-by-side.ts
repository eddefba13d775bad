/**
 * Two versions on the same orders, whichever of them is served: what promotion asks of a candidate and production, asked
 * of any two. Nothing is recorded and nothing moves.
 */
import type { Comparison as Policy } from '../config/params.js';
import type { ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { type ComparisonFigures, figuresOf, leakBetween } from './comparison.js';
import { PipelineError } from './errors.js';
import { predictWith, readJudgedVersion } from './judged-version.js';
import { COMPARISON_MIN_ORDERS } from './limits.js';
import { computeMetrics, type Metrics } from './metrics.js';
import { ordersOf } from './orders.js';

/** Two versions on the same orders; errors in minutes. */
export interface SideBySide {
  /** What B is by the interval of MAE(B) - MAE(A): its ends are on one side of 0, or on both. */
  readonly outcome: 'better' | 'no_difference' | 'worse';
  /** On the test orders of B, all of them. */
  readonly metrics: { readonly a: Metrics; readonly b: Metrics };
  /** Minutes; `candidate` is B. */
  readonly figures: ComparisonFigures;
}

/** By what two versions are compared. */
export interface SideBySideOptions {
  readonly policy: Policy;
  /** Minutes above which an error is extreme. */
  readonly extremeErrorMinutes: number;
  /** Threads of either pool. */
  readonly workers: number;
}

/**
 * Has both answer B's test orders, each in a pool of its own with its own encoder.
 * @throws PipelineError `data_invalid` where the two cannot be compared; RegistryError, FeatureError, PoolError
 */
export async function compareSideBySide(
  registry: ModelRegistry,
  a: ModelVersion,
  b: ModelVersion,
  { policy, extremeErrorMinutes, workers }: SideBySideOptions,
): Promise<SideBySide> {
  const [theirs, ours] = [await readJudgedVersion(registry, a), await readJudgedVersion(registry, b)];
  const leak = leakBetween(ours, theirs, { full: `Version ${a.version}`, short: 'it' });
  if (leak !== undefined) throw new PipelineError('data_invalid', `${leak}.`);
  if (ours.test.rows < COMPARISON_MIN_ORDERS) {
    const told = `Version ${b.version} has ${ours.test.rows} test orders; a comparison takes ${COMPARISON_MIN_ORDERS}.`;
    throw new PipelineError('data_invalid', `${told} Train it with more orders.`);
  }
  const orders = ordersOf(ours.test);
  const minutesOfA = await predictWith(theirs, orders, workers);
  const minutesOfB = await predictWith(ours, orders, workers);
  const figures = figuresOf(ours, minutesOfB, minutesOfA, policy);
  if (!Number.isFinite(figures.difference)) {
    const told = `Version ${a.version} or ${b.version} gives no number for one of the test orders.`;
    throw new PipelineError('model_unfit', told);
  }
  const actual = ours.test.numbers('minutes');
  return {
    outcome: figures.low > 0 ? 'worse' : figures.high < 0 ? 'better' : 'no_difference',
    metrics: {
      a: computeMetrics(actual, minutesOfA, extremeErrorMinutes),
      b: computeMetrics(actual, minutesOfB, extremeErrorMinutes),
    },
    figures,
  };
}
