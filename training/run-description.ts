/** What a run tells of itself: its parameters and metrics as flat tables, the form in which runs are compared. */
import type { Params } from '../config/params.js';
import type { EvaluationReport, Judgement } from './evaluate.js';

/** A run in the form in which MLflow compares runs. */
export interface RunDescription {
  /** Key as in `params.yaml`, with dots → value. */
  readonly params: Readonly<Record<string, string>>;
  /** Key as in `reports/evaluation.json`, with dots → value. */
  readonly metrics: Readonly<Record<string, number>>;
}

/**
 * The parameters and metrics of a run; a report without `parity` is that of a version which this pipeline did not
 * train.
 */
export function describeRun(params: Params, report: Judgement & Partial<EvaluationReport>): RunDescription {
  const { complete, all, parity } = report;
  const values = flatten({ complete, all, parity });
  return {
    params: Object.fromEntries(flatten(params).map(([key, value]) => [key, String(value)])),
    // A metric of no rows is no number, which JSON writes as null: there is nothing to compare.
    metrics: Object.fromEntries(values.filter((entry): entry is [string, number] => typeof entry[1] === 'number')),
  };
}

/** The leaves of a tree of plain values, each with the names on the way to it; a list is one leaf. */
export function flatten(tree: object, path: readonly string[] = []): [key: string, value: unknown][] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) => {
    const here = [...path, name];
    if (isList(value)) return [[here.join('.'), value.map(String).join(', ')]];
    return typeof value === 'object' && value !== null ? flatten(value, here) : [[here.join('.'), value]];
  });
}

const isList: (value: unknown) => value is readonly unknown[] = Array.isArray;
