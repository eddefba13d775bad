/** Promotion: a version passes every gate and its alias moves, or nothing moves. */

import { Compile } from 'typebox/compile';
import type { Params, Thresholds } from '../config/params.js';
import { Order } from '../features/order.js';
import { CANDIDATE, PRODUCTION, promotionMoves, STAGING } from '../registry/alias-moves.js';
import type { Aliases, ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { resolveModelUri } from '../registry/model-uri.js';
import { gateValues, moveWithTrail } from './audit-trail.js';
import { type Comparison, compareWithProduction, comparisonGate } from './comparison.js';
import { PipelineError } from './errors.js';
import { formatGates, type Gate, isOpen, judge } from './gates.js';
import { type JudgedVersion, readJudgedVersion } from './judged-version.js';
import { type Latency, measureLatency } from './measure-latency.js';
import { computeMetrics } from './metrics.js';
import { ordersOf } from './orders.js';
import { readShadow, shadowGates } from './shadow-check.js';

/** The aliases that a version is promoted to. */
export type PromotionTarget = typeof STAGING | typeof PRODUCTION;

/** Where a version comes from when none is named. */
export const SOURCE_ALIAS = { [STAGING]: CANDIDATE, [PRODUCTION]: STAGING } as const;

const requestBody = Compile(Order);

/** Orders that the latency is measured with. */
const LATENCY_ORDERS = 2_000;

/** By which gates, and of which version. */
export interface PromotionOptions {
  readonly policy: Params['promotion_policy'];
  /** Threads that a version is compared with. */
  readonly workers: number;
  readonly say: (line: string) => void;
  /** By default the one that the alias before the target points to. */
  readonly version?: number | undefined;
  /** Why the version is to go to production even if the comparison refuses it; the other gates are not to be forced. */
  readonly force?: string | undefined;
  /** The address of a server whose shadow the version must have been; for production. */
  readonly shadowServer?: string | undefined;
}

/** What came of a promotion. */
export interface Promotion {
  readonly version: ModelVersion;
  readonly gates: readonly Gate[];
  /** With what is in production, where that is the target. */
  readonly comparison: Comparison | undefined;
  /** Whether the alias was moved. */
  readonly passed: boolean;
}

/**
 * Judges the version and, if it passes every gate, moves the alias. The gates are recorded on the version either way.
 * @throws RegistryError, PipelineError
 */
export async function promote(
  registry: ModelRegistry,
  name: string,
  target: PromotionTarget,
  { policy, workers, say, version, force, shadowServer }: PromotionOptions,
): Promise<Promotion> {
  const chosen = await resolveModelUri(
    registry,
    version === undefined ? { name, alias: SOURCE_ALIAS[target] } : { name, version },
  );
  say(`${name} version ${chosen.version} (data=${chosen.tags['data'] ?? 'unknown'}) to ${target}; measuring latency …`);
  // Asked first: it takes no time, and a server that cannot be asked is told before anything is measured.
  const shadow =
    shadowServer === undefined
      ? undefined
      : await readShadow(shadowServer, chosen, (await registry.getModelVersionByAlias(name, PRODUCTION))?.version);
  const judged = await readJudgedVersion(registry, chosen);
  const { gates: limits, measured } = await judgeVersion(judged, policy[target]);
  const comparison =
    target === PRODUCTION
      ? await compareWithProduction(registry, judged, policy.production.comparison, workers)
      : undefined;
  const gates = [
    ...limits,
    ...(comparison === undefined ? [] : comparisonGate(comparison, force)),
    ...(shadow === undefined ? [] : shadowGates(policy.production.shadow, shadow)),
  ];
  const passed = gates.every(isOpen);
  const forced = gates.some((gate) => gate.forced) ? force : undefined;
  say(formatGates(gates));
  if (comparison !== undefined) say(comparison.told);
  if (forced !== undefined) say(`The comparison is forced: ${forced}`);

  const reasons = {
    ...(comparison && { comparison }),
    ...(shadow && { shadow }),
    ...(forced !== undefined && { forced }),
  };
  const record = JSON.stringify({ at: new Date().toISOString(), passed, gates, measured, ...reasons });
  await registry.setModelVersionTag(name, chosen.version, `gates.${target}`, record);
  if (passed) {
    const details = { action: 'promotion', gates: gateValues(gates), ...reasons } as const;
    await moveWithTrail(registry, name, details, (current) => {
      if (comparison === undefined) return [{ alias: target, version: chosen.version }];
      requireStillInProduction(comparison, current);
      return promotionMoves(current, chosen.version);
    });
  }
  return { version: chosen, gates, comparison, passed };
}

/** Latency and comparison take seconds, in which another promotion may have come first. */
function requireStillInProduction({ production }: Comparison, current: Aliases): void {
  const now = current.get(PRODUCTION) ?? null;
  if (now === production) return;
  const [then, since] = [production, now].map((version) => (version === null ? 'nothing' : `version ${version}`));
  throw new PipelineError(
    'production_moved',
    `While the gates were measured, ${since} took the place of ${then} in production, with which the candidate was ` +
      'compared; nothing was moved. Promote again.',
  );
}

interface Judged {
  readonly gates: readonly Gate[];
  /** All that the bench has measured, which is recorded with the gates. */
  readonly measured: Latency;
}

async function judgeVersion({ version, test }: JudgedVersion, thresholds: Thresholds): Promise<Judged> {
  const actual = test.numbers('minutes');
  const predicted = test.numbers('predicted');
  const complete = test.cells('complete', 'bool');
  const rows = [...complete.keys()].filter((row) => complete[row] === true);
  const of = (values: Float64Array) => rows.map((row) => values[row] ?? Number.NaN);
  const { extreme_error_threshold: threshold } = thresholds.diagnostics;

  // Complete as to the features in use, a row may still lack what a request must carry.
  const sendable = ordersOf(test).filter((order, row) => complete[row] === true && requestBody.Check(order));
  const { at_requests_per_second: rate } = thresholds.diagnostics;
  const measured = await measureLatency(version.name, version.version, rate, sendable.slice(0, LATENCY_ORDERS));
  const gates = judge(thresholds, {
    complete: computeMetrics(of(actual), of(predicted), threshold),
    all: computeMetrics(actual, predicted, threshold),
    measured,
  });
  return { gates, measured };
}
