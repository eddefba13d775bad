/** What a table was made from, carried in its metadata from stage to stage, so that none mixes two runs. */

import { featureHash } from '../features/encoder-state.js';
import type { Feature } from '../features/feature.js';
import { PipelineError } from './errors.js';
import type { Metadata, StageTable } from './table.js';

export interface Provenance {
  /** The raw file's name, without its folder. */
  readonly data_file: string;
  /** SHA-256 of the raw file's bytes, hex. */
  readonly data_sha256: string;
  /** `sample` where any row is of the sample maker, else `orders`. */
  readonly data: 'sample' | 'orders';
}

/**
 * What the table was made from.
 * @throws PipelineError `data_invalid` where it does not say.
 */
export function provenanceOf({ metadata }: StageTable): Provenance {
  const { data_file, data_sha256, data } = metadata;
  if (data_file === undefined || data_sha256 === undefined || (data !== 'sample' && data !== 'orders')) {
    throw new PipelineError('data_invalid', 'A table does not say what it was made from; run the pipeline from clean.');
  }
  return { data_file, data_sha256, data };
}

/** The metadata of a table that depends on the features in use as well. */
export function withFeatures(provenance: Provenance, features: readonly Feature[]): Metadata {
  return { ...provenance, feature_hash: featureHash(features) };
}

/**
 * Refuses tables that were made from different data or with other features than those in use now.
 * @param tables each with the stage that makes it
 * @throws PipelineError `stage_input_stale`, naming the stage to run again.
 */
export function requireSameOrigin(
  features: readonly Feature[],
  first: StageTable,
  others: readonly { readonly table: StageTable; readonly stage: string }[],
): void {
  const expected = withFeatures(provenanceOf(first), features);
  for (const { table, stage } of others) {
    const stale = ['data_sha256', 'feature_hash'].find((key) => table.metadata[key] !== expected[key]);
    if (stale === undefined) continue;
    const cause = stale === 'data_sha256' ? 'was made from other data' : 'was made with other features';
    throw new PipelineError(
      'stage_input_stale',
      `The output of '${stage}' ${cause} than what stands before it. Run again: npm run stage -- ${stage}`,
    );
  }
}
