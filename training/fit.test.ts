import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Encoder } from '../features/encoder.js';
import type { PartialOrder } from '../features/order.js';
import { trainedProject } from '../testing/trained-project.js';
import { ModelSession } from '../workers/session.js';
import { fit } from './fit.js';
import { contextIn, copyOfTrained } from './fixtures/project.js';
import { askPython } from './fixtures/python.js';
import { checkParity } from './parity.js';
import { type Column, StageTable, writeTable } from './table.js';

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

const NAMES = ['age', 'distance', 'weather'];
const META_MODELS = [
  { name: 'DecisionTreeRegressor', max_depth: 4, min_samples_leaf: 5, random_state: 1 },
  { name: 'ExtraTreesRegressor', n_estimators: 8, max_depth: 3, random_state: 1 },
  { name: 'GradientBoostingRegressor', n_estimators: 12, max_depth: 2, random_state: 1 },
  { name: 'RandomForestRegressor', n_estimators: 8, max_depth: 3, random_state: 1 },
];
const TRAINING = {
  CatBoost_Regressor: { iterations: 8, depth: 4, learning_rate: 0.4, random_seed: 1 },
  RandomForest_Regressor: { n_estimators: 4, max_depth: 5, random_state: 1 },
  Stacking_Regressor: { n_splits: 3, random_state: 1 },
  Meta_Model: META_MODELS[0],
};

/** Of float32. */
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Rows that have something to learn, the same in every run: [row, minutes, ...features]. */
function columnsOf(rows: number, names = NAMES): Column[] {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  const features = numbers.map((row) => [20 + ((row * 7) % 19), ((row * 613) % 997) / 50, ((row * 31) % 7) - 1]);
  const minutes = features.map(
    ([age = 0, km = 0, weather = 0], row) => age / 2 + km + 3 * weather + ((row * 71) % 13) / 4,
  );
  return [
    { name: 'row', type: 'int32', values: numbers },
    { name: 'minutes', type: 'float32', values: minutes },
    ...names.map((name, at): Column => ({ name, type: 'float32', values: features.map((row) => row[at]) })),
  ];
}

function replaced(
  columns: readonly Column[],
  name: string,
  values: (old: readonly unknown[]) => Iterable<number | null>,
) {
  return columns.map((column) => (column.name === name ? { ...column, values: values([...column.values]) } : column));
}

t.test('fit.py refuses in one sentence, with exit code 2 and nothing written', async (t) => {
  const folder = t.testdir({
    'no-table.arrow': 'no table',
    'no-json.json': '{',
    'no-section.json': '{"model_training":{}}',
  });
  const path = (name: string) => join(folder, name);
  const tables: Record<string, readonly Column[]> = {
    train: columnsOf(60),
    test: columnsOf(20),
    renamed: columnsOf(20, ['age', 'distance', 'traffic']),
    empty: columnsOf(0),
    'with-nan': replaced(columnsOf(60), 'distance', ([, ...rest]) => [Number.NaN, ...(rest as number[])]),
    'with-null': replaced(columnsOf(60), 'age', ([, ...rest]) => [null, ...(rest as number[])]),
    'with-infinity': replaced(columnsOf(60), 'minutes', ([, ...rest]) => [
      Number.POSITIVE_INFINITY,
      ...(rest as number[]),
    ]),
    'without-minutes': columnsOf(60).filter(({ name }) => name !== 'minutes'),
    few: columnsOf(2),
  };
  for (const [name, columns] of Object.entries(tables)) {
    const names = columns.slice(name === 'without-minutes' ? 1 : 2).map(({ name }) => name);
    await writeTable(path(`${name}.arrow`), columns, { columns: JSON.stringify(names) });
  }
  await writeTable(path('without-columns.arrow'), columnsOf(60), {});
  const cases: { train?: string; test?: string; params?: string; training?: object; complaint: RegExp }[] = [
    {
      training: { CatBoost_Regressor: { iteratons: 9 } },
      complaint: /model_training\.CatBoost_Regressor: .*iteratons/,
    },
    {
      training: { RandomForest_Regressor: { trees: 9 } },
      complaint: /model_training\.RandomForest_Regressor: .*trees/,
    },
    {
      training: { RandomForest_Regressor: { max_depth: 'deep' } },
      complaint: /model_training\.RandomForest_Regressor: .*max_depth/,
    },
    { training: { Stacking_Regressor: { folds: 9 } }, complaint: /model_training\.Stacking_Regressor: .*folds/ },
    {
      training: { Meta_Model: { name: 'LinearRegression' } },
      complaint: /model_training\.Meta_Model: .*LinearRegression.*DecisionTree/,
    },
    { training: { Meta_Model: { ...META_MODELS[0], leaves: 9 } }, complaint: /model_training\.Meta_Model: .*leaves/ },
    {
      training: { CatBoost_Regressor: { iterations: 5, grow_policy: 'Lossguide' } },
      complaint: /model_training\.CatBoost_Regressor: .*symmetric/,
    },
    { train: 'none.arrow', complaint: /none\.arrow/ },
    { test: 'none.arrow', complaint: /none\.arrow/ },
    { train: 'no-table.arrow', complaint: /no-table\.arrow as an Arrow IPC file/ },
    { train: 'without-columns.arrow', complaint: /without-columns\.arrow has no JSON list of feature columns/ },
    { train: 'empty.arrow', complaint: /empty\.arrow has no rows/ },
    { test: 'empty.arrow', complaint: /empty\.arrow has no rows/ },
    { test: 'renamed.arrow', complaint: /differ in their feature columns/ },
    { train: 'with-nan.arrow', complaint: /with-nan\.arrow: column distance holds a null, NaN or infinity/ },
    { train: 'with-null.arrow', complaint: /with-null\.arrow: column age holds a null, NaN or infinity/ },
    { train: 'with-infinity.arrow', complaint: /with-infinity\.arrow: column minutes holds a null, NaN or infinity/ },
    {
      train: 'without-minutes.arrow',
      complaint: /without-minutes\.arrow: column minutes should be float and is absent/,
    },
    { train: 'few.arrow', complaint: /model_training\.Stacking_Regressor: .*n_splits=3/ },
    { params: 'none.json', complaint: /none\.json/ },
    { params: 'no-json.json', complaint: /no-json\.json is not JSON/ },
    { params: 'no-section.json', complaint: /no-section\.json has no CatBoost_Regressor/ },
  ];
  const argumentsOf = cases.map(({ train = 'train.arrow', test = 'test.arrow', params, training }, at) => {
    const file = path(params ?? `${at}.json`);
    if (params === undefined) writeFileSync(file, JSON.stringify({ model_training: { ...TRAINING, ...training } }));
    return ['--train', path(train), '--test', path(test), '--params', file, '--out', path(`out-${at}`)];
  });
  const ended = await askPython<Ended[]>('fit_cases.py', argumentsOf);
  for (const [at, { complaint }] of cases.entries()) {
    const { code, stderr = '' } = ended[at] ?? {};
    t.equal(code, 2, stderr);
    t.match(stderr, /^fit\.py: [^\n]+\n$/, 'one sentence');
    t.match(stderr, complaint);
    t.strictSame(existsSync(path(`out-${at}`)) ? readdirSync(path(`out-${at}`)) : [], [], 'nothing written');
  }
});

/** [rows, columns] */
async function featuresOf(file: string): Promise<Float32Array> {
  const table = await StageTable.read(file, 'preprocess');
  const features = new Float32Array(table.rows * NAMES.length);
  for (const [column, name] of NAMES.entries()) {
    for (const [row, value] of table.numbers(name).entries()) features[row * NAMES.length + column] = value;
  }
  return features;
}

async function answersOf(onnx: string, features: Float32Array, columns: number): Promise<Float32Array> {
  const rows = features.length / columns;
  const session = await ModelSession.load(readFileSync(onnx), columns, rows);
  const minutes = new Float32Array(rows);
  await session.run(features, rows, minutes);
  await session.release();
  return minutes;
}

t.test('fit.py fits what it does not refuse', async (t) => {
  const folder = t.testdir();
  const path = (...names: string[]) => join(folder, ...names);
  await writeTable(path('train.arrow'), columnsOf(400), { columns: JSON.stringify(NAMES) });
  await writeTable(path('test.arrow'), columnsOf(600), { columns: JSON.stringify(NAMES) });
  const tables = ['--train', path('train.arrow'), '--test', path('test.arrow')];
  const { files } = contextIn(await trainedProject());
  const again = ['--train', files.train, '--test', files.test, '--params', files.fitParams, '--out', path('again')];
  const fits = META_MODELS.map((Meta_Model) => {
    const params = path(`${Meta_Model.name}.json`);
    writeFileSync(params, JSON.stringify({ model_training: { ...TRAINING, Meta_Model } }));
    return [...tables, '--params', params, '--out', path(Meta_Model.name)];
  });
  const ended = await askPython<Ended[]>('fit_cases.py', [...fits, again]);
  for (const { code, stderr } of ended) if (code !== 0) t.fail(stderr);
  const test = await featuresOf(path('test.arrow'));

  t.test('from the same tables, the model and what Python says of it are the same to the byte', async (t) => {
    for (const [name, before] of [
      ['model.onnx', files.onnx],
      ['predictions.arrow', files.predictions],
    ] as const) {
      t.ok(readFileSync(path('again', name)).equals(readFileSync(before)), name);
    }
  });

  for (const { name } of META_MODELS) {
    t.test(`with a ${name}, the graph answers as Python does`, async (t) => {
      const python = await StageTable.read(path(name, 'predictions.arrow'), 'fit');
      const minutes = await answersOf(path(name, 'model.onnx'), test, NAMES.length);
      const parity = checkParity(minutes, {
        minutes: python.numbers('minutes'),
        nearThreshold: python.cells('near_threshold').map((cell) => cell === true),
        alternatives: python.numberLists('alternatives'),
      });
      t.equal(parity.rows, 600);
      t.ok(new Set(minutes).size > 4, 'and not the same to every row');
    });

    t.test(`with a ${name}, numbers beyond all measure are answered as the largest there are`, async (t) => {
      const extremes = [LARGEST, -LARGEST, 0, -0, 1e-45, 24];
      const rows = extremes.flatMap((a) => extremes.flatMap((b) => extremes.map((c) => [a, b, c])));
      const large = Float32Array.from(rows.flat());
      const infinite = large.map((value) => (Math.abs(value) === LARGEST ? value * 2 : value));
      const minutes = await answersOf(path(name, 'model.onnx'), large, NAMES.length);
      t.ok(
        minutes.every((answer) => answer > 0 && answer < 120),
        `${Math.min(...minutes)} to ${Math.max(...minutes)}`,
      );
      t.strictSame(await answersOf(path(name, 'model.onnx'), infinite, NAMES.length), minutes);
    });
  }
});

t.test('an order with absurd numbers in it has a finite answer of the trained model', async (t) => {
  const { files } = contextIn(await trainedProject());
  const encoder = Encoder.fromState(JSON.parse(readFileSync(files.encoderState, 'utf8')));
  const absurd: PartialOrder = { Delivery_person_Age: 1e300, Vehicle_condition: 1e308, multiple_deliveries: 2 ** 31 };
  const features = new Float32Array(encoder.columns.length);
  encoder.encode(absurd, features, 0);
  t.ok(features.includes(Infinity), 'which float32 cannot hold');
  const [minutes = Number.NaN] = await answersOf(files.onnx, features, encoder.columns.length);
  t.ok(minutes > 0 && minutes < 120, `${minutes} minutes`);
});

t.test('the stage tells what fit.py refuses, in one sentence, and leaves no model', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const { model_training } = contextIn(folders).params;
  const CatBoost_Regressor = { ...model_training.CatBoost_Regressor, iteratons: 9 };
  const context = contextIn(folders, { params: { model_training: { ...model_training, CatBoost_Regressor } } });
  const message =
    /^Fitting ended with exit code 2: fit\.py: model_training\.CatBoost_Regressor: [^\n]*iteratons[^\n]*$/;
  await t.rejects(fit.run(context), { name: 'PipelineError', code: 'fit_failed', message });
  t.strictSame(readdirSync(context.files.modelFolder), ['fit-params.json']);
});
