import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { clean } from './clean.js';
import { featurize } from './featurize.js';
import { contextIn, foldersIn } from './fixtures/project.js';
import { type RawCells, rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { preprocess } from './preprocess.js';
import { isTestRow, split } from './split.js';
import { StageTable } from './table.js';

const ROWS = rowsWithIds(40);
const isTest = ({ ID = '' }: RawCells) => isTestRow(ID, 42, 0.2);

async function preprocessed(t: Test, rows: readonly RawCells[]) {
  const folder = t.testdir({});
  const data = join(folder, 'orders.csv');
  writeFileSync(data, rawFile(rows));
  const context = contextIn(foldersIn(folder), { data });
  for (const stage of [clean, featurize, split, preprocess]) await stage.run(context);
  const { files, params } = context;
  const train = await StageTable.read(files.train, 'preprocess');
  const test = await StageTable.read(files.test, 'preprocess');
  return { train, test, state: readFileSync(files.encoderState, 'utf8'), params };
}

t.test('what stands in test rows teaches the encoder and the training rows nothing', async (t) => {
  const plain = await preprocessed(t, ROWS);
  const other = { Weather_conditions: 'Frogs', Delivery_person_Age: '39', 'Time_taken (min)': '54' };
  const changed = await preprocessed(
    t,
    ROWS.map((row) => (isTest(row) ? { ...row, ...other } : row)),
  );
  t.equal(changed.state, plain.state);
  t.notMatch(changed.state, /Frogs/);
  for (const name of ['minutes', 'weather', 'rider_age']) {
    t.strictSame(changed.train.cells(name), plain.train.cells(name), name);
    t.notSame(changed.test.cells(name), plain.test.cells(name), `the test rows have another ${name}`);
  }
});

t.test('a word that only test rows have is coded as missing, -1', async (t) => {
  const rows = ROWS.map((row) => (isTest(row) ? { ...row, City: 'Urban' } : row));
  const { train, test } = await preprocessed(t, [...rows, { ID: '0x1', City: 'NaN' }]);
  t.equal(isTest({ ID: '0x1' }), false);
  t.strictSame(new Set(test.cells('city_type')), new Set([-1]));
  t.strictSame(train.cells('city_type'), [...rows.filter((row) => !isTest(row)).map(() => 0), -1]);
});

t.test('words are coded by the mean minutes of their training rows, the quickest first', async (t) => {
  const [slow, quick] = [
    { City: 'Urban', 'Time_taken (min)': '50' },
    { City: 'Village', 'Time_taken (min)': '10' },
  ];
  const { state } = await preprocessed(
    t,
    ROWS.map((row, at) => ({ ...row, ...[slow, quick, {}][at % 3] })),
  );
  const { features } = JSON.parse(state);
  t.match(
    features.find(({ name }: { name: string }) => name === 'city_type'),
    {
      categories: ['Village', 'Metropolitian', 'Urban'],
    },
  );
});

t.test('each row is on one side, with its number in the table of orders, its minutes and its features', async (t) => {
  const rows = ROWS.map((row, at) => ({ ...row, 'Time_taken (min)': String(at + 1), Delivery_person_Age: 'NaN' }));
  const { train, test, params } = await preprocessed(t, rows);
  for (const [side, wanted] of [
    [train, false],
    [test, true],
  ] as const) {
    const expected = [...rows.keys()].filter((at) => isTest(rows[at] ?? {}) === wanted);
    t.strictSame(side.cells('row'), expected);
    t.strictSame(
      side.cells('minutes'),
      expected.map((at) => at + 1),
    );
    t.ok(
      side.cells('rider_age').every((age) => age === -1),
      'missing is -1',
    );
    t.ok(side.cells('complete').every((complete) => complete === false));
    t.strictSame(
      JSON.parse(side.metadata['columns'] ?? ''),
      params.features,
      'the columns, in the order of params.yaml',
    );
  }
});
