/** What may be wrong with a list of features or with the fitted state that travels with a model. */

export type FeatureErrorCode = 'unknown_feature' | 'duplicate_feature' | 'feature_state_invalid' | 'feature_mismatch';

export class FeatureError extends Error {
  override readonly name = 'FeatureError';
  constructor(
    readonly code: FeatureErrorCode,
    message: string,
  ) {
    super(message);
  }
}
