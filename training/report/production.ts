/** How a version stands beside what is in production, at the moment of asking. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Comparison as Policy } from '../../config/params.js';
import { RegistryError } from '../../registry/errors.js';
import type { ModelRegistry } from '../../registry/model-registry.js';
import { type Comparison, compareWithProduction } from '../comparison.js';
import { PipelineError } from '../errors.js';
import { Judgement } from '../evaluate.js';
import { type JudgedVersion, readJudgedVersion } from '../judged-version.js';
import type { Metrics } from '../metrics.js';
import { parserOf } from '../shape.js';

/** A version against the one in production. */
export interface Standing {
  /** As the gate of promotion would decide now. */
  readonly comparison: Comparison;
  /** Undefined where nothing else is in production, or where it cannot be read. */
  readonly production: ProductionMetrics | undefined;
}

/** The metrics that the version in production was registered with. */
export interface ProductionMetrics {
  readonly version: number;
  readonly complete: Metrics;
  readonly all: Metrics;
  /** Whether it was judged on the very same test orders. */
  readonly sameOrders: boolean;
}

const parseJudgement = parserOf(Judgement);
/** In the metadata of its test orders: what decides which orders they are. */
const SAME = ['data_sha256', 'seed', 'test_size'] as const;

/**
 * @param workers threads of either pool
 * @throws RegistryError, and what the version's own model throws
 */
export async function standingOf(
  registry: ModelRegistry,
  candidate: JudgedVersion,
  policy: Policy,
  workers: number,
): Promise<Standing> {
  const comparison = await compareWithProduction(registry, candidate, policy, workers);
  const { production } = comparison;
  if (production === null || production === candidate.version.version) return { comparison, production: undefined };
  return { comparison, production: await metricsOf(registry, candidate, production) };
}

async function metricsOf(
  registry: ModelRegistry,
  candidate: JudgedVersion,
  version: number,
): Promise<ProductionMetrics | undefined> {
  const { name } = candidate.version;
  try {
    const { folder, test } = await readJudgedVersion(registry, await registry.getModelVersion(name, version));
    const text = await readFile(join(folder, 'metrics.json'), 'utf8');
    const { complete, all } = parseJudgement(JSON.parse(text));
    const sameOrders = SAME.every((key) => test.metadata[key] === candidate.test.metadata[key]);
    return { version, complete, all, sameOrders };
  } catch (error) {
    // The comparison tells why it cannot be read; the page is of the other one.
    if (error instanceof RegistryError || error instanceof PipelineError || error instanceof SyntaxError)
      return undefined;
    throw error;
  }
}
