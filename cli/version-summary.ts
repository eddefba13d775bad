/** A version as a line of a table and as JSON: what a person asks of it first. */
import type { ModelVersion } from '../registry/model-registry.js';

/** What is shown of a version without reading its files. What stands in its tags is null where they lack it. */
export interface VersionSummary {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly created_at: string;
  readonly aliases: readonly string[];
  /** `sample` or `orders`; null where the version does not say, as are the others. */
  readonly data: string | null;
  /** On the complete test rows of its own data. */
  readonly test_r2: number | null;
  /** Minutes, on the same rows. */
  readonly test_mae: number | null;
  readonly meta_model: string | null;
  readonly git_commit: string | null;
  readonly run_id: string;
}

/** Tags that hold no number where one belongs count as missing. */
export function summaryOf({ version, createdAt, aliases, runId, tags }: ModelVersion): VersionSummary {
  return {
    version,
    created_at: createdAt,
    aliases,
    data: tags['data'] ?? null,
    test_r2: numberIn(tags['test_r2']),
    test_mae: numberIn(tags['test_mae']),
    meta_model: tags['meta_model'] ?? null,
    git_commit: tags['git_commit'] ?? null,
    run_id: runId,
  };
}

/** Versions that others have put into MLflow may have any tags. */
function numberIn(tag: string | undefined): number | null {
  const value = tag === undefined || tag.trim() === '' ? Number.NaN : Number(tag);
  return Number.isFinite(value) ? value : null;
}
