/**
 * What an encoder has learned, as it travels with a model in `features.json`.
 * The hash covers the format and the (name, revision) pairs in use, in column order, and never any source text:
 * a refactoring locks no good version out, and a changed feature always does.
 */
import { createHash } from 'node:crypto';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { FeatureError } from './errors.js';

/** Raised when the meaning of `features.json` itself changes. */
export const ENCODER_STATE_FORMAT = 1;

/** One column of a model: which feature it is, and for a category what was learned of it. */
export const FittedFeature = Type.Object({
  name: Type.String(),
  revision: Type.Integer({ minimum: 1 }),
  /** For a category: its words by code, code 0 first. */
  categories: Type.Optional(Type.Array(Type.String())),
});

const EncoderState = Type.Object({
  format: Type.Integer(),
  hash: Type.String(),
  features: Type.Array(FittedFeature, { minItems: 1 }),
});

export type FittedFeature = Type.Static<typeof FittedFeature>;
/** `features.json`: the columns of a model in their order, under the hash of `featureHash`. */
export type EncoderState = Type.Static<typeof EncoderState>;

const validator = Compile(EncoderState);

/** SHA-256, in hex, over the format and the (name, revision) pairs in column order. */
export function featureHash(features: readonly { readonly name: string; readonly revision: number }[]): string {
  const pairs = features.map(({ name, revision }) => [name, revision]);
  return createHash('sha256')
    .update(JSON.stringify([ENCODER_STATE_FORMAT, pairs]))
    .digest('hex');
}

/**
 * `value`, as read from `features.json`, checked for its shape and its own hash.
 * @throws FeatureError `feature_state_invalid`
 */
export function parseEncoderState(value: unknown): EncoderState {
  if (!validator.Check(value)) {
    const [first] = validator.Errors(value).map(({ instancePath, message }) => `'${instancePath || '/'}': ${message}`);
    throw new FeatureError('feature_state_invalid', `features.json is not what an encoder writes at ${first}.`);
  }
  if (value.format !== ENCODER_STATE_FORMAT) {
    throw new FeatureError(
      'feature_state_invalid',
      `features.json has format ${value.format}; this program reads format ${ENCODER_STATE_FORMAT}.`,
    );
  }
  const expected = featureHash(value.features);
  if (value.hash !== expected) {
    throw new FeatureError(
      'feature_state_invalid',
      `features.json says its feature hash is ${value.hash}, but its features hash to ${expected}: it was edited.`,
    );
  }
  return value;
}
