import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { trainedProject } from '../testing/trained-project.js';
import { contextIn } from './fixtures/project.js';
import { askPython } from './fixtures/python.js';
import { type Cell, type Column, type ColumnType, StageTable, writeTable } from './table.js';

/** As `read_arrow.py` gives a file. */
interface ReadByPython {
  readonly metadata: Readonly<Record<string, string>>;
  readonly types: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, readonly Cell[]>>;
}

const CELLS: Readonly<Record<ColumnType, fc.Arbitrary<Cell>>> = {
  bool: fc.boolean(),
  float32: fc.float({ noNaN: true }),
  float64: fc.double({ noNaN: true }),
  int32: fc.integer(),
  text: fc.string({ unit: 'grapheme' }),
};
const TYPES = Object.keys(CELLS) as readonly ColumnType[];

/** Columns of every type, and of one length. */
const columns = fc
  .nat(20)
  .chain((rows) =>
    fc.tuple(
      ...TYPES.map((type) =>
        fc
          .array(fc.option(CELLS[type], { freq: 3 }), { minLength: rows, maxLength: rows })
          .map((values) => ({ name: `${type}, with nulls`, type, values })),
      ),
    ),
  );

t.test('what is written is what is read: texts, numbers, booleans and what is missing', async (t) => {
  const file = join(t.testdir(), 'folder', 'table.arrow');
  const words = fc.dictionary(fc.string({ minLength: 1 }), fc.string());
  await fc.assert(
    fc.asyncProperty(columns, words, async (columns, metadata) => {
      await writeTable(file, columns, metadata);
      const table = await StageTable.read(file, 'clean');
      const found = columns.map(({ name }) => table.cells(name));
      return isDeepStrictEqual([found, table.metadata], [columns.map(({ values }) => values), { ...metadata }]);
    }),
    { ...FIXED, numRuns: 100 },
  );
});

t.test('undefined is missing as null is, and numbers are given as numbers where none is missing', async (t) => {
  const file = join(t.testdir(), 'table.arrow');
  const columns: Column[] = [
    { name: 'gaps', type: 'float64', values: [1, undefined, null] },
    { name: 'full', type: 'float32', values: [1, 0.1, -1] },
  ];
  await writeTable(file, columns, {});
  const table = await StageTable.read(file, 'clean');
  t.strictSame(table.cells('gaps'), [1, null, null]);
  t.strictSame(table.numbers('full'), Float64Array.of(1, Math.fround(0.1), -1));
  t.throws(() => table.numbers('gaps'), { code: 'data_invalid', message: /column 'gaps' has 2 missing values/ });
  t.throws(() => table.cells('other'), { code: 'data_invalid', message: /there is no column 'other'/ });
});

t.test('a file that is no table names the stage that makes one', async (t) => {
  const folder = t.testdir({ 'orders.arrow': 'ARROW1 but no more' });
  const message =
    /orders\.arrow is not what stage 'clean' writes: it is not a whole Arrow file.* npm run stage -- clean$/;
  await t.rejects(StageTable.read(join(folder, 'orders.arrow'), 'clean'), { code: 'data_invalid', message });
});

t.test('pyarrow reads the tables of every stage as they were meant', async (t) => {
  const { files } = contextIn(await trainedProject());
  const read = await askPython<ReadByPython[]>('read_arrow.py', [
    files.orders,
    files.features,
    files.split,
    files.train,
    files.judged,
  ]);
  const [orders, features, split, train, judged] = read;
  for (const [at, file] of [files.orders, files.features, files.split, files.train, files.judged].entries()) {
    const table = StageTable.parse(file, readFileSync(file), '');
    const { columns = {}, metadata = {} } = read[at] ?? {};
    t.ok(table.rows > 500 && Object.keys(columns).length > 1, `${table.rows} rows`);
    for (const [name, cells] of Object.entries(columns)) {
      t.ok(isDeepStrictEqual(cells, table.cells(name)), `${file}: ${name}`);
    }
    t.strictSame(metadata, table.metadata);
    t.match(metadata, { data: 'sample', data_file: 'orders.csv', data_sha256: /^[0-9a-f]{64}$/ });
  }
  t.match(orders?.types, {
    ID: 'string',
    Delivery_person_Age: 'double',
    Vehicle_condition: 'int32',
    minutes: 'double',
  });
  t.match(features?.types, { weather: 'string', distance_km: 'double', minutes: 'float', complete: 'bool' });
  t.match(split?.types, { row: 'int32', test: 'bool' });
  t.match(train?.types, { row: 'int32', weather: 'float', distance_km: 'float', minutes: 'float', complete: 'bool' });
  t.match(judged?.types, { line: 'int32', minutes: 'double', predicted: 'float' });
  t.match(train?.metadata, { seed: '42', test_size: '0.2', feature_hash: features?.metadata['feature_hash'] });
  t.ok(orders?.columns['Festival']?.includes(null), 'what is missing is null');
});
