/** What a feature is: a named, versioned function of the order, computed nowhere else than in its definition. */
import type { OrderField, PartialOrder } from './order.js';

/** The code of a missing or unknown value, in training and serving alike. */
export const MISSING = -1;

interface FeatureBase {
  /** The column's name in the model, in `params.yaml` and in `features.json`. */
  readonly name: string;
  /** Raised whenever the value of any order may change: a model trained on another revision is refused. */
  readonly revision: number;
  /** The order fields that it reads. A row is complete when all inputs of all features in use are present. */
  readonly inputs: readonly OrderField[];
}

/** A number as it is. `value` gives undefined where it is missing. */
export interface NumberFeature extends FeatureBase {
  readonly kind: 'number';
  value(order: PartialOrder): number | undefined | null;
}

/** A word out of few. `value` gives undefined where it is missing; the codes are learned from the training rows. */
export interface CategoryFeature extends FeatureBase {
  readonly kind: 'category';
  value(order: PartialOrder): string | undefined | null;
}

/** What a file of `features/definitions/` exports. */
export type Feature = NumberFeature | CategoryFeature;
