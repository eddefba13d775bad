/** `food-eta compare A B`: the metrics of both on B's test orders, and whether their difference is more than chance. */
import { fileURLToPath } from 'node:url';
import { parseArguments, UsageError } from '../../config/command.js';
import { usageOf } from '../../config/command-line.js';
import { readEnvironment } from '../../config/environment.js';
import { readParams } from '../../config/params.js';
import type { ModelVersion } from '../../registry/model-registry.js';
import { resolveModelUri } from '../../registry/model-uri.js';
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { compareSideBySide, type SideBySide } from '../../training/side-by-side.js';
import type { Context, Outcome } from '../command.js';
import { COMPARE } from '../command-lines.js';
import { table } from '../terminal.js';
import { versionNamed } from '../version-name.js';
import { summaryOf } from '../version-summary.js';

export { FORESEEN } from '../../training/foreseen.js';

/** Seen from `dist/cli/commands/`. */
const PARAMS = fileURLToPath(new URL('../../../params.yaml', import.meta.url));

const METRICS = [
  ['r2', 4],
  ['mae', 3],
  ['rmse', 3],
  ['median_absolute_error', 3],
  ['p95_absolute_error', 3],
  ['largest_error', 3],
  ['extreme_errors', 0],
] as const;

/**
 * Code 1 where B is significantly worse. Errors are minutes, a difference is MAE(B) - MAE(A).
 * @throws UsageError, and what FORESEEN lists
 */
export async function run(args: readonly string[], { started }: Context): Promise<Outcome> {
  const usage = usageOf(COMPARE, started);
  const options = COMPARE.options;
  const { values, positionals } = parseArguments({ args: [...args], options, allowPositionals: true }, usage);
  const [first, second, ...more] = positionals;
  if (first === undefined || second === undefined || more.length > 0) {
    throw new UsageError(`Two versions are compared; ${positionals.length} were given.\n${usage}`);
  }
  const [nameOfA, nameOfB] = [versionNamed(first), versionNamed(second)];
  const environment = readEnvironment();
  const { production, staging } = readParams(values.params ?? PARAMS).promotion_policy;
  const registry = await openRegistry(registryOptions(environment));
  const [a, b] = [await resolveModelUri(registry, nameOfA), await resolveModelUri(registry, nameOfB)];
  const compared = await compareSideBySide(registry, a, b, {
    policy: production.comparison,
    extremeErrorMinutes: staging.diagnostics.extreme_error_threshold,
    workers: environment.WORKERS,
  });
  const told = sentenceOf(a.version, b.version, compared);
  const { candidate_mae: mae_b, production_mae: mae_a, ...bootstrap } = compared.figures;
  const result = {
    a: { ...summaryOf(a), on_test_orders_of_b: compared.metrics.a },
    b: { ...summaryOf(b), on_test_orders_of_b: compared.metrics.b },
    outcome: compared.outcome,
    bootstrap: { mae_a, mae_b, ...bootstrap },
    told,
  };
  return { code: compared.outcome === 'worse' ? 1 : 0, result, text: `${tableOf(a, b, compared)}\n\n${told}` };
}

function tableOf(a: ModelVersion, b: ModelVersion, { metrics, figures }: SideBySide): string {
  const title = `on ${figures.orders} test orders of version ${b.version}`;
  const name = ({ version, aliases }: ModelVersion) => [`version ${version}`, ...aliases].join(', ');
  const rows = METRICS.map(([key, digits]) => {
    const [ofA, ofB] = [metrics.a[key], metrics.b[key]];
    const difference = (ofB - ofA).toFixed(digits);
    return [key, ofA.toFixed(digits), ofB.toFixed(digits), ofB > ofA ? `+${difference}` : difference];
  });
  return table([[title, name(a), name(b), 'difference'], ...rows], new Set([1, 2, 3]));
}

function sentenceOf(a: number, b: number, { outcome, figures }: SideBySide): string {
  const { difference, low, high, confidence } = figures;
  const [middle, less, more] = [difference, low, high].map((minutes) => minutes.toFixed(3));
  const interval = `MAE differs by ${middle} minutes, ${Number((confidence * 100).toFixed(2))} % interval ${less} to ${more}`;
  const verdict = {
    better: `version ${b} is significantly better than version ${a}`,
    worse: `version ${b} is significantly worse than version ${a}`,
    no_difference: 'that may be chance, neither is significantly better',
  }[outcome];
  return `${interval}: ${verdict}.`;
}
