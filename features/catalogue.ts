/** Every feature there is. Which of them a model uses, and in which order, is a list in `params.yaml`. */
import * as definitions from './definitions.js';
import { FeatureError } from './errors.js';
import type { Feature } from './feature.js';

/** All definitions of `features/definitions.ts`, in no order that means anything; a model's own is that of its list. */
export const CATALOGUE: readonly Feature[] = Object.values(definitions);

const byName = new Map(CATALOGUE.map((feature) => [feature.name, feature]));

/**
 * The features named, in that order.
 * @throws FeatureError `unknown_feature` or `duplicate_feature`, naming it and what there is.
 */
export function selectFeatures(names: readonly string[]): readonly Feature[] {
  const selected = new Map<string, Feature>();
  for (const name of names) {
    const feature = byName.get(name);
    if (feature === undefined) {
      throw new FeatureError(
        'unknown_feature',
        `There is no feature '${name}'. Those there are: ${[...byName.keys()].join(', ')}.`,
      );
    }
    if (selected.has(name)) throw new FeatureError('duplicate_feature', `The feature '${name}' is listed twice.`);
    selected.set(name, feature);
  }
  return [...selected.values()];
}

/** The order fields that the features read, each once. A row is complete when all of them are present. */
export function inputsOf(features: readonly Feature[]): readonly Feature['inputs'][number][] {
  return [...new Set(features.flatMap((feature) => feature.inputs))];
}
