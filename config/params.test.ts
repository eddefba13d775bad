import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { readParams } from './params.js';

const SHIPPED = fileURLToPath(new URL('../../params.yaml', import.meta.url));
const source = readFileSync(SHIPPED, 'utf8');

/** A file that is as shipped, but for `from`, which becomes `to`. */
function changed(t: Test, from: string, to: string): string {
  t.ok(source.includes(from), `params.yaml has ${from}`);
  return written(t, source.replace(from, to));
}

function written(t: Test, content: string): string {
  return join(t.testdir({ 'params.yaml': content }), 'params.yaml');
}

function refuses(t: Test, file: string, message: RegExp, preset?: string): void {
  t.throws(() => readParams(file, preset), { name: 'ConfigError', code: 'config_invalid', message }, String(message));
  t.throws(() => readParams(file, preset), { message: file }, 'the file is named');
}

t.test('the params.yaml that the project comes with is read', async (t) => {
  const staging = {
    performance: { min_test_r2: 0.82, max_test_mae: 6 },
    diagnostics: {
      at_requests_per_second: 500,
      max_avg_latency_ms: 50,
      max_p99_latency_ms: 250,
      max_cpu_ratio_to_bare: 6,
      max_extreme_errors: 2,
      extreme_error_threshold: 15,
    },
  };
  t.strictSame(readParams(SHIPPED), {
    features: [
      'rider_age',
      'rider_rating',
      'distance_km',
      'weather',
      'traffic',
      'vehicle_condition',
      'multiple_deliveries',
      'festival',
      'city_type',
    ],
    data_splitting: { test_size: 0.2, random_state: 42 },
    model_training: {
      CatBoost_Regressor: { iterations: 30, depth: 8, learning_rate: 0.3, l2_leaf_reg: 5, random_seed: 42 },
      RandomForest_Regressor: {
        n_estimators: 10,
        max_depth: 10,
        min_samples_leaf: 5,
        max_features: null,
        random_state: 42,
      },
      Stacking_Regressor: { n_splits: 5, random_state: 42 },
      Meta_Model: { name: 'DecisionTreeRegressor', max_depth: 6, min_samples_leaf: 20, random_state: 42 },
    },
    promotion_policy: {
      staging,
      production: {
        ...staging,
        comparison: { resamples: 2_000, confidence: 0.95 },
        shadow: { min_rows: 1_000, max_mean_absolute_difference: 2, max_failed_share: 0.001 },
      },
    },
    serving: {
      max_batch_rows: 128,
      batches_in_hand: 2,
      lone_row_max_microseconds: 300,
      max_event_loop_lag_ms: 400,
    },
  });
});

t.test('a preset replaces the parts of model_training that it names, and nothing else', async (t) => {
  const plain = readParams(SHIPPED);
  const accurate = readParams(SHIPPED, 'accurate');
  t.strictSame(accurate.model_training, {
    CatBoost_Regressor: { iterations: 100, depth: 8, learning_rate: 0.12, l2_leaf_reg: 5, random_seed: 42 },
    RandomForest_Regressor: {
      n_estimators: 50,
      max_depth: 11,
      min_samples_leaf: 5,
      max_features: null,
      random_state: 42,
    },
    Stacking_Regressor: plain.model_training.Stacking_Regressor,
    Meta_Model: {
      name: 'GradientBoostingRegressor',
      n_estimators: 50,
      max_depth: 3,
      learning_rate: 0.15,
      min_samples_leaf: 30,
      random_state: 42,
    },
  });
  t.strictSame({ ...accurate, model_training: plain.model_training }, plain);
});

t.test('a preset that there is not is refused with those that there are', async (t) => {
  refuses(t, SHIPPED, /has no preset 'acurate'; it has: accurate\./, 'acurate');
  refuses(t, SHIPPED, /has no preset 'constructor'/, 'constructor');
  const withoutPresets = written(t, source.replace(/^presets:.*?(?=^promotion_policy)/ms, ''));
  refuses(t, withoutPresets, /has no preset 'accurate'; it has: none\./, 'accurate');
});

const WRONG: [claim: string, from: string, to: string, message: RegExp][] = [
  [
    'a value of the wrong type',
    'test_size: 0.2',
    'test_size: most',
    /data_splitting\.test_size must be number.*"most"/,
  ],
  ['a value beyond its limit', 'test_size: 0.2', 'test_size: 1', /data_splitting\.test_size must be < 1; given is 1\./],
  ['a fraction for a count', 'n_splits: 5', 'n_splits: 2.5', /Stacking_Regressor\.n_splits must be integer.*2\.5/],
  ['a group for a value', 'depth: 8', 'depth: {a: 8}', /CatBoost_Regressor\.depth must be number.*\{"a":8\}/],
  ['a misspelt key', 'performance:', 'perfomance: {}\n    performance:', /no key promotion_policy\..*perfomance;/],
  ['a key too many', 'features:', 'seed: 1\nfeatures:', /there is no key seed;/],
  ['an unknown meta-model', 'DecisionTreeRegressor', 'Lasso', /Meta_Model\.name .*DecisionTreeRegressor, .*"Lasso"/],
  ['a missing key', '  test_size: 0.2\n', '', /data_splitting must have required properties test_size/],
  ['too few resamples', 'resamples: 2000', 'resamples: 999', /production_comparison\.resamples must be >= 1000.*999/],
  ['too many resamples', 'resamples: 2000', 'resamples: 20001', /production_comparison\.resamples must be <= 20000/],
  [
    'half a request a second',
    'at_requests_per_second: 500',
    'at_requests_per_second: 0.5',
    /diagnostics\.at_requests_per_second must be integer.*0\.5/,
  ],
  [
    'a server that costs less than one without a model',
    'max_cpu_ratio_to_bare: 6',
    'max_cpu_ratio_to_bare: 0.9',
    /diagnostics\.max_cpu_ratio_to_bare must be > 1/,
  ],
  [
    'a percentage for a confidence',
    'confidence: 0.95',
    'confidence: 95',
    /production_comparison\.confidence .*<= 0\.99/,
  ],
  [
    'a confidence of chance',
    'confidence: 0.95',
    'confidence: 0.5',
    /production_comparison\.confidence must be >= 0\.8/,
  ],
  [
    'no comparison',
    / {2}production_comparison:.*?(?=\n\n)/s.exec(source)?.[0] ?? '',
    '',
    /promotion_policy .*production_comparison/,
  ],
  ['an empty list of features', /features:\n( {2}- \w+\n)+/.exec(source)?.[0] ?? '', 'features: []\n', /features must/],
];
for (const [claim, from, to, message] of WRONG) {
  t.test(`${claim} is refused with its place and what is wrong`, async (t) => {
    refuses(t, changed(t, from, to), message);
  });
}

t.test('a wrong preset is refused even where it is not used', async (t) => {
  refuses(t, changed(t, 'iterations: 100', 'iterations: []'), /presets\.accurate\.CatBoost_Regressor\.iterations/);
});

t.test('a file that is not there is refused with its path', async (t) => {
  refuses(t, join(t.testdir({}), 'params.yaml'), /cannot be read: ENOENT/);
});

t.test('what is not YAML is refused', async (t) => {
  for (const content of ['a: [', 'a: 1\na: 2', 'a: *nowhere', '--- 1\n--- 2']) {
    refuses(t, written(t, content), /is not YAML: ./);
  }
  for (const content of ['', '[]', 'features']) refuses(t, written(t, content), /the file must be object/);
});

t.test('a threshold for production may differ from that for staging; the others are the same', async (t) => {
  const over = 'production_thresholds:\n    performance:\n      max_test_mae: 4\n  #';
  const { staging, production } = readParams(changed(t, '# production_thresholds:', over)).promotion_policy;
  t.equal(staging.performance.max_test_mae, 6);
  const { comparison, shadow, ...thresholds } = production;
  t.strictSame(thresholds, { ...staging, performance: { ...staging.performance, max_test_mae: 4 } });
  t.strictSame(
    { comparison, shadow },
    {
      comparison: readParams(SHIPPED).promotion_policy.production.comparison,
      shadow: readParams(SHIPPED).promotion_policy.production.shadow,
    },
  );
});

t.test('a threshold that there is not is refused for production too', async (t) => {
  const over = 'production_thresholds: {diagnostics: {max_latency: 4}}\n  #';
  refuses(t, changed(t, '# production_thresholds:', over), /no key .*production_thresholds\.diagnostics\.max_latency;/);
});

t.test('parameters cannot be changed at any depth', async (t) => {
  for (const preset of [undefined, 'accurate']) t.strictSame(unfrozenIn(readParams(SHIPPED, preset), 'params'), []);
});

function unfrozenIn(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([key, child]) => unfrozenIn(child, `${path}.${key}`));
  return Object.isFrozen(value) ? below : [path, ...below];
}
