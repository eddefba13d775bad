/** What a table was made from, carried in its metadata from stage to stage, so that none mixes two runs. */

import Type from 'typebox';
import type { Params } from '../config/params.js';
import { selectFeatures } from '../features/catalogue.js';
import { featureHash } from '../features/encoder-state.js';
import type { Feature } from '../features/feature.js';
import { PipelineError } from './errors.js';
import type { Metadata, StageTable } from './table.js';

/** The raw data that something was made from. */
export const Provenance = Type.Object({
  /** The raw file's name, without its folder. */
  data_file: Type.String(),
  /** SHA-256 of the raw file's bytes, hex. */
  data_sha256: Type.String(),
  /** `sample` where any row is of the sample maker, else `orders`. */
  data: Type.Enum(['sample', 'orders']),
});
export type Provenance = Type.Static<typeof Provenance>;

/**
 * What the table was made from.
 * @throws PipelineError `data_invalid` where it does not say.
 */
export function provenanceOf({ metadata }: Pick<StageTable, 'metadata'>): Provenance {
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

/** The metadata of a table that depends on the split besides. */
export function withSplit(provenance: Provenance, { features, data_splitting }: Params): Metadata {
  return {
    ...withFeatures(provenance, selectFeatures(features)),
    seed: String(data_splitting.random_state),
    test_size: String(data_splitting.test_size),
  };
}

/** Which rows were for testing. */
export interface Split {
  readonly seed: number;
  readonly testSize: number;
}

/** The split that a table depends on; undefined where it does not tell. */
export function splitOf({ metadata }: Pick<StageTable, 'metadata'>): Split | undefined {
  const { seed, test_size } = metadata;
  if (seed === undefined || test_size === undefined) return undefined;
  return { seed: Number(seed), testSize: Number(test_size) };
}

const CAUSES = {
  data_sha256: 'from other data than what stands before it',
  feature_hash: 'with other features than are in use now',
  seed: 'with another seed than is in use now',
  test_size: 'with another test size than is in use now',
};

/**
 * Refuses what was made from other data than `first`, or with other features or another split than `params` says.
 * What does not tell of the features or the split does not depend on them.
 * @param others each with the stage that makes it
 * @throws PipelineError `stage_input_stale`, naming the stage to run again.
 */
export function requireSameOrigin(
  params: Params,
  first: Pick<StageTable, 'metadata'>,
  others: readonly { readonly table: Pick<StageTable, 'metadata'>; readonly stage: string }[],
): void {
  const expected = withSplit(provenanceOf(first), params);
  for (const { table, stage } of others) {
    const found: Metadata = { ...expected, ...table.metadata, ...provenanceOf(table) };
    const stale = Object.entries(CAUSES).find(([key]) => found[key] !== expected[key]);
    if (stale === undefined) continue;
    throw new PipelineError(
      'stage_input_stale',
      `The output of '${stage}' was made ${stale[1]}. Run again: npm run stage -- ${stage}`,
    );
  }
}
