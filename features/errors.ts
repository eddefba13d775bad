/** What may be wrong with a list of features or with the fitted state that travels with a model. */

/**
 * What was wrong: a name that is no feature or is listed twice (`params.yaml`), `features.json` of another shape, or
 * features of another revision than this program has.
 */
export type FeatureErrorCode = 'unknown_feature' | 'duplicate_feature' | 'feature_state_invalid' | 'feature_mismatch';

/** A list of features, or a fitted state, that this program cannot work with; the message says what to do. */
export class FeatureError extends Error {
  override readonly name = 'FeatureError';
  constructor(
    readonly code: FeatureErrorCode,
    message: string,
  ) {
    super(message);
  }
}
