/** Promotion: a version passes every gate and its alias moves, or nothing moves. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Compile } from 'typebox/compile';
import type { Thresholds } from '../config/params.js';
import { Order } from '../features/order.js';
import { CANDIDATE, PRODUCTION, promotionMoves, STAGING } from '../registry/alias-moves.js';
import type { ModelRegistry, ModelVersion } from '../registry/model-registry.js';
import { resolveModelUri } from '../registry/model-uri.js';
import { gateValues, moveWithTrail } from './audit-trail.js';
import { formatGates, type Gate, judge } from './gates.js';
import { measureLatency } from './measure-latency.js';
import { computeMetrics } from './metrics.js';
import { ordersOf } from './orders.js';
import { StageTable } from './table.js';

export type PromotionTarget = typeof STAGING | typeof PRODUCTION;

/** Where a version comes from when none is named. */
export const SOURCE_ALIAS = { [STAGING]: CANDIDATE, [PRODUCTION]: STAGING } as const;

const requestBody = Compile(Order);

/** Orders that the latency is measured with. */
const LATENCY_ORDERS = 2_000;

export interface Promotion {
  readonly version: ModelVersion;
  readonly gates: readonly Gate[];
  readonly passed: boolean;
}

/**
 * Judges the version and, if it passes every gate, moves the alias. The gates are recorded on the version either way.
 * @param version by default the one that the alias before `target` points to
 * @throws RegistryError, PipelineError
 */
export async function promote(
  registry: ModelRegistry,
  name: string,
  target: PromotionTarget,
  thresholds: Thresholds,
  say: (line: string) => void,
  version?: number,
): Promise<Promotion> {
  const chosen = await resolveModelUri(
    registry,
    version === undefined ? { name, alias: SOURCE_ALIAS[target] } : { name, version },
  );
  say(`${name} version ${chosen.version} (data=${chosen.tags['data'] ?? 'unknown'}) to ${target}; measuring latency …`);
  const gates = await judgeVersion(registry, chosen, thresholds);
  const passed = gates.every((gate) => gate.passed);
  say(formatGates(gates));
  const record = JSON.stringify({ at: new Date().toISOString(), passed, gates });
  await registry.setModelVersionTag(name, chosen.version, `gates.${target}`, record);
  if (passed) {
    await moveWithTrail(registry, name, { action: 'promotion', gates: gateValues(gates) }, (current) => {
      if (target === PRODUCTION) return promotionMoves(current, chosen.version);
      return [{ alias: target, version: chosen.version }];
    });
  }
  return { version: chosen, gates, passed };
}

async function judgeVersion(registry: ModelRegistry, version: ModelVersion, thresholds: Thresholds): Promise<Gate[]> {
  const folder = await registry.download(version.name, version.version);
  const file = join(folder, 'test-orders.arrow');
  const table = StageTable.parse(file, await readFile(file), 'evaluate');
  const actual = table.numbers('minutes');
  const predicted = table.numbers('predicted');
  const complete = table.cells('complete', 'bool');
  const rows = [...complete.keys()].filter((row) => complete[row] === true);
  const of = (values: Float64Array) => rows.map((row) => values[row] ?? Number.NaN);
  const { extreme_error_threshold: threshold } = thresholds.diagnostics;

  // Complete as to the features in use, a row may still lack what a request must carry.
  const sendable = ordersOf(table).filter((order, row) => complete[row] === true && requestBody.Check(order));
  const latency = await measureLatency(version.name, version.version, sendable.slice(0, LATENCY_ORDERS));
  return judge(thresholds, {
    complete: computeMetrics(of(actual), of(predicted), threshold),
    all: computeMetrics(actual, predicted, threshold),
    averageLatencyMs: latency.avg_latency_ms,
  });
}
