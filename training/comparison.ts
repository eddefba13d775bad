/**
 * The gate between a candidate and what is in production: both answer the candidate's test orders, all of them, since
 * which are complete depends on the features of a version, and the two may differ in these.
 *
 * A candidate is **significantly worse** when the lower end of the interval of MAE(candidate) - MAE(production) is above
 * 0 minutes; at a confidence of 0.95 one that is as good is refused once in forty times. Where the two cannot be compared
 * the candidate is refused as well: the way out, also of a production version that is damaged, is a reason given with
 * `--force`, which is kept. What a version says of its split is taken on trust, as it is by the other gates.
 */
import type { Comparison as Policy } from '../config/params.js';
import { FeatureError } from '../features/errors.js';
import { PRODUCTION } from '../registry/alias-moves.js';
import { RegistryError } from '../registry/errors.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { PoolError } from '../workers/errors.js';
import { PipelineError } from './errors.js';
import { atMost, type Gate } from './gates.js';
import { type JudgedVersion, predictWith, readJudgedVersion } from './judged-version.js';
import { COMPARISON_MIN_ORDERS, REASON_MAX_CHARACTERS } from './limits.js';
import { ordersOf } from './orders.js';
import { type ErrorDifference, pairedBootstrap } from './paired-bootstrap.js';
import { type Split, splitOf } from './provenance.js';

/** Minutes, but for the counts and the seed. */
export interface ComparisonFigures extends ErrorDifference {
  /** Test orders of the candidate. */
  readonly orders: number;
  readonly candidate_mae: number;
  readonly production_mae: number;
  readonly confidence: number;
  readonly resamples: number;
  readonly seed: number;
}

/** What came of comparing a candidate with what is in production. */
export interface Comparison {
  /** `not_worse` and `exempt` pass. */
  readonly outcome:
    | 'not_worse'
    | 'worse'
    /** There is nothing to compare with, or a version was trained on sample orders. */
    | 'exempt'
    /** Production may have been trained on the candidate's test orders. */
    | 'leak'
    /** The production version cannot be read or run. */
    | 'unreadable'
    | 'too_few_orders'
    /** A version gives no number for an order. */
    | 'no_number';
  /** The version in production; null where there is none. */
  readonly production: number | null;
  /** What came of it, as a sentence, with what to do. */
  readonly told: string;
  readonly figures?: ComparisonFigures;
}

/** The name of the gate in tables and records; in `params.yaml` it has no limit of its own. */
export const COMPARISON_GATE = 'mae_against_production';

/** The gate in the table: its value is the lower end of the interval, null where there is none. An exemption has none. */
export function comparisonGate({ outcome, figures }: Comparison, force?: string): readonly Gate[] {
  if (outcome === 'exempt') return [];
  const gate = atMost(COMPARISON_GATE, 0, figures === undefined ? null : figures.low);
  return [gate.passed || force === undefined ? gate : { ...gate, forced: true }];
}

/**
 * @param candidate whose test orders both versions answer
 * @param workers threads of either pool
 * @throws RegistryError where the registry does not say what is in production; what the candidate's own model throws
 */
export async function compareWithProduction(
  registry: ModelRegistry,
  candidate: JudgedVersion,
  policy: Policy,
  workers: number,
): Promise<Comparison> {
  const { name, version } = candidate.version;
  const served = await registry.getModelVersionByAlias(name, PRODUCTION);
  if (served === undefined) return exempt(null, 'there is none yet');
  if (served.version === version) return exempt(version, `version ${version} is what is in production`);
  const ofSample = (sample: number) => exempt(served.version, `version ${sample} was trained on sample orders`);
  if (isSample(candidate)) return ofSample(version);
  if (isSample({ version: served })) return ofSample(served.version);

  const production = await orRefusal(readJudgedVersion(registry, served), served.version);
  if ('outcome' in production) return production;
  if (isSample(production)) return ofSample(served.version);
  const inProduction = { full: `Version ${served.version}, in production,`, short: 'production' };
  const leak = leakBetween(candidate, production, inProduction);
  if (leak !== undefined) return refused('leak', served.version, leak);
  if (candidate.test.rows < COMPARISON_MIN_ORDERS) {
    const told = `Version ${version} has ${candidate.test.rows} test orders; a comparison takes ${COMPARISON_MIN_ORDERS}. Train with more orders`;
    return refused('too_few_orders', served.version, told);
  }

  const orders = ordersOf(candidate.test);
  const theirs = await orRefusal(predictWith(production, orders, workers), served.version);
  if ('outcome' in theirs) return theirs;
  const ours = await predictWith(candidate, orders, workers);
  return judged(served.version, figuresOf(candidate, ours, theirs, policy));
}

/**
 * How far two models are apart on the test orders of the first one's version.
 * @param ours [orders] minutes of that version; `theirs` those of the other
 */
export function figuresOf(
  { test }: JudgedVersion,
  ours: Float32Array,
  theirs: Float32Array,
  { confidence, resamples }: Policy,
): ComparisonFigures {
  const actual = test.numbers('minutes');
  const [errors, theirErrors] = [errorsOf(ours, actual), errorsOf(theirs, actual)];
  const counts = { confidence, resamples, seed: splitOf(test)?.seed ?? 0 };
  const [candidate_mae, production_mae] = [meanOf(errors), meanOf(theirErrors)];
  const found = pairedBootstrap(errors, theirErrors, counts);
  return { orders: errors.length, candidate_mae, production_mae, ...found, ...counts };
}

function judged(production: number, figures: ComparisonFigures): Comparison {
  const { difference, low, high, confidence, candidate_mae, production_mae, orders } = figures;
  if (!Number.isFinite(difference)) {
    const told = `Version ${production}, in production, or the candidate gives no number for one of the test orders`;
    return refused('no_number', production, told);
  }
  const [less, more, mae, theirMae] = [low, high, candidate_mae, production_mae].map((value) => value.toFixed(3));
  const words =
    `On ${orders} test orders MAE ${mae} min, of version ${production} in production ${theirMae}: ` +
    `difference ${difference.toFixed(3)}, ${Number((confidence * 100).toFixed(2))} % interval ${less} to ${more}`;
  if (low > 0) return { ...refused('worse', production, `${words}: significantly worse. Train a better one`), figures };
  return { outcome: 'not_worse', production, told: `${words}.`, figures };
}

/** What `work` on the production version gives, or why the candidate cannot be compared with it. */
async function orRefusal<T extends object>(work: Promise<T>, production: number): Promise<T | Comparison> {
  try {
    return await work;
  } catch (error) {
    const kinds = [FeatureError, PipelineError, PoolError, RegistryError];
    if (!(error instanceof Error) || !kinds.some((kind) => error instanceof kind)) throw error;
    const reason = error.message.replaceAll(/\s+/g, ' ').replace(/\.$/, '').slice(0, REASON_MAX_CHARACTERS);
    const told = `Version ${production}, in production, cannot be compared with: ${reason}`;
    return refused('unreadable', production, `${told}. Roll back to one that works`);
  }
}

/**
 * A row's side is a hash of the seed and its ID, below the test size: with the same seed and no smaller test size in
 * production, no order that the candidate is tested on was one that production was trained on, whatever data it had.
 * @param named what the other version is called in the sentence
 * @returns why the two cannot be compared, a sentence without its full stop; undefined where they can
 */
export function leakBetween(
  candidate: JudgedVersion,
  production: JudgedVersion,
  named: { readonly full: string; readonly short: string },
): string | undefined {
  const [ours, theirs] = [splitOf(candidate.test), splitOf(production.test)];
  if (ours !== undefined && theirs !== undefined && ours.seed === theirs.seed && ours.testSize <= theirs.testSize) {
    return undefined;
  }
  const told =
    `${named.full} was split with ${describe(theirs)}, version ${candidate.version.version} with ` +
    `${describe(ours)}: that is a leak, for ${named.short} may have been trained ` +
    'on the orders that the candidate is tested on';
  if (theirs === undefined) return told;
  return `${told}. Train with data_splitting.random_state ${theirs.seed} and test_size ${theirs.testSize}`;
}

function describe(split: Split | undefined): string {
  return split === undefined ? 'a seed that it does not tell' : `seed ${split.seed} and test size ${split.testSize}`;
}

function isSample({ version, test }: Pick<JudgedVersion, 'version'> & Partial<JudgedVersion>): boolean {
  return version.tags['data'] === 'sample' || test?.metadata['data'] === 'sample';
}

function exempt(production: number | null, reason: string): Comparison {
  return { outcome: 'exempt', production, told: `Not compared with production: ${reason}.` };
}

/** @param told a sentence without its full stop */
function refused(outcome: Comparison['outcome'], production: number, told: string): Comparison {
  const remedy = 'or promote it all the same: npm run promote -- production --force "reason"';
  return { outcome, production, told: `${told}; ${remedy}.` };
}

function errorsOf(predicted: Float32Array, actual: Float64Array): Float64Array {
  return actual.map((minutes, row) => Math.abs((predicted[row] ?? Number.NaN) - minutes));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
