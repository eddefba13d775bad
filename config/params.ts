/** What the science and the gates are: `params.yaml`, read once, checked against its schema and frozen. */
import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { parse } from 'yaml';
import { ConfigError } from './errors.js';

const strict = { additionalProperties: false } as const;
const seed = Type.Integer({ minimum: 0, maximum: 4_294_967_295 });
/** The parameters that fitting passes on under their own names; an unknown one is refused by the library itself. */
const libraryValue = Type.Union([Type.Number(), Type.String(), Type.Boolean(), Type.Null()]);
const passedOn = Type.Record(Type.String(), libraryValue);

const MetaModel = Type.Object(
  {
    name: Type.Enum([
      'DecisionTreeRegressor',
      'ExtraTreesRegressor',
      'GradientBoostingRegressor',
      'RandomForestRegressor',
    ]),
  },
  { additionalProperties: libraryValue },
);

/** `model_training`: what `fit` is given for CatBoost, the random forest, their stacking and the meta-model. */
export const ModelTraining = Type.Object(
  {
    CatBoost_Regressor: passedOn,
    RandomForest_Regressor: passedOn,
    Stacking_Regressor: Type.Object({ n_splits: Type.Integer({ minimum: 2 }), random_state: seed }, strict),
    Meta_Model: MetaModel,
  },
  strict,
);

const Thresholds = Type.Object(
  {
    performance: Type.Object({ min_test_r2: Type.Number({ maximum: 1 }), max_test_mae: Type.Number() }, strict),
    diagnostics: Type.Object(
      {
        at_requests_per_second: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
        max_avg_latency_ms: Type.Number({ exclusiveMinimum: 0 }),
        max_p99_latency_ms: Type.Number({ exclusiveMinimum: 0 }),
        max_cpu_ratio_to_bare: Type.Number({ exclusiveMinimum: 1 }),
        max_extreme_errors: Type.Integer({ minimum: 0 }),
        extreme_error_threshold: Type.Number({ exclusiveMinimum: 0 }),
      },
      strict,
    ),
  },
  strict,
);

const PartialThresholds = Type.Object(
  {
    performance: Type.Optional(Type.Partial(Thresholds.properties.performance, strict)),
    diagnostics: Type.Optional(Type.Partial(Thresholds.properties.diagnostics, strict)),
  },
  strict,
);

/** How a candidate is compared with what is in production; for production alone, since only that is served. */
const Comparison = Type.Object(
  {
    resamples: Type.Integer({ minimum: 1_000, maximum: 20_000 }),
    /** With the fewest resamples, at the greatest confidence, five of them still lie beyond either end. */
    confidence: Type.Number({ minimum: 0.8, maximum: 0.99 }),
  },
  strict,
);

/** What a candidate must hold to as the shadow of what is in production, where that is asked for. */
const ShadowThresholds = Type.Object(
  {
    min_rows: Type.Integer({ minimum: 1 }),
    max_mean_absolute_difference: Type.Number({ minimum: 0 }),
    max_failed_share: Type.Number({ minimum: 0, maximum: 1 }),
  },
  strict,
);

/** How requests are gathered for the model, and when they are refused; measured best for it, as the parameters above. */
const Serving = Type.Object(
  {
    max_batch_rows: Type.Integer({ minimum: 1, maximum: 1_024 }),
    batches_in_hand: Type.Integer({ minimum: 1, maximum: 8 }),
    lone_row_max_microseconds: Type.Number({ minimum: 0 }),
    max_event_loop_lag_ms: Type.Number({ exclusiveMinimum: 0 }),
  },
  strict,
);

const ParamsFile = Type.Object(
  {
    features: Type.Array(Type.String(), { minItems: 1 }),
    data_splitting: Type.Object(
      { test_size: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }), random_state: seed },
      strict,
    ),
    model_training: ModelTraining,
    presets: Type.Optional(Type.Record(Type.String(), Type.Partial(ModelTraining, strict))),
    promotion_policy: Type.Object(
      {
        staging_thresholds: Thresholds,
        production_thresholds: Type.Optional(PartialThresholds),
        production_comparison: Comparison,
        production_shadow: ShadowThresholds,
      },
      strict,
    ),
    serving: Serving,
  },
  strict,
);

export type ModelTraining = Type.Static<typeof ModelTraining>;
export type Thresholds = Type.Static<typeof Thresholds>;
export type Comparison = Type.Static<typeof Comparison>;
/** `serving`: how requests are gathered, and when they are refused. */
export type ServingParams = Type.Static<typeof Serving>;
export type ShadowThresholds = Type.Static<typeof ShadowThresholds>;

/** `params.yaml`, with a preset put over `model_training` and the thresholds of production filled in from staging's. */
export interface Params {
  /** Names of the features in use, in column order. */
  readonly features: readonly string[];
  readonly data_splitting: { readonly test_size: number; readonly random_state: number };
  readonly model_training: ModelTraining;
  readonly promotion_policy: {
    readonly staging: Thresholds;
    readonly production: Thresholds & { readonly comparison: Comparison; readonly shadow: ShadowThresholds };
  };
  readonly serving: ServingParams;
}

const validator = Compile(ParamsFile);

/**
 * The parameters in `file`, with the preset named put over `model_training`.
 * @throws ConfigError naming the file, the key, what was given and what is allowed.
 */
export function readParams(file: string, preset?: string): Params {
  const given = parseYaml(file);
  if (!validator.Check(given)) throw new ConfigError(describeFault(file, given));
  const { features, data_splitting, promotion_policy, serving } = given;
  const staging = promotion_policy.staging_thresholds;
  const over = promotion_policy.production_thresholds;
  return deepFreeze({
    features,
    data_splitting,
    model_training: { ...given.model_training, ...presetOf(file, given.presets ?? {}, preset) },
    promotion_policy: {
      staging,
      production: {
        performance: { ...staging.performance, ...over?.performance },
        diagnostics: { ...staging.diagnostics, ...over?.diagnostics },
        comparison: promotion_policy.production_comparison,
        shadow: promotion_policy.production_shadow,
      },
    },
    serving,
  });
}

function parseYaml(file: string): unknown {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  try {
    return parse(source);
  } catch (error) {
    throw new ConfigError(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function presetOf<P>(file: string, presets: Readonly<Record<string, P>>, name: string | undefined): P | undefined {
  if (name === undefined) return undefined;
  if (Object.hasOwn(presets, name)) return presets[name];
  throw new ConfigError(`${file} has no preset '${name}'; it has: ${Object.keys(presets).join(', ') || 'none'}.`);
}

/** The first fault, with its key as one would write it: `data_splitting.test_size`. */
function describeFault(file: string, given: unknown): string {
  const faults = validator.Errors(given);
  const [fault] = faults;
  if (fault === undefined) return `${file} is not as expected.`;
  const path = fault.instancePath.split('/').slice(1);
  const key = path.join('.') || 'the file';
  const value = JSON.stringify(path.reduce<unknown>(valueAt, given)) ?? 'nothing';
  if (fault.keyword === 'boolean') return `${file}: there is no key ${key}; remove it or mend its spelling.`;
  if (fault.keyword === 'enum') {
    return `${file}: ${key} must be one of ${fault.params.allowedValues.join(', ')}; given is ${value}.`;
  }
  // Where one of several types is allowed, each has its own fault.
  const words = faults.filter(
    ({ instancePath, keyword }) => instancePath === fault.instancePath && keyword !== 'anyOf',
  );
  return `${file}: ${key} ${words.map(({ message }) => message).join(' or ')}; given is ${value}.`;
}

function valueAt(node: unknown, key: string): unknown {
  return typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}
