import { readFileSync, writeFileSync } from 'node:fs';
import { Bool, Field, Float64, Int32, List, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import t from 'tap';
import { trainedProject } from '../testing/trained-project.js';
import type { GoldenRow } from '../workers/golden.js';
import { type EvaluationReport, evaluate } from './evaluate.js';
import { contextIn, copyOfTrained } from './fixtures/project.js';
import type { PythonPredictions } from './parity.js';
import type { PipelineContext } from './stage.js';
import { type Cell, type Column, type ColumnType, StageTable, writeTable } from './table.js';
import { readTestSet } from './test-set.js';

const TYPES: Readonly<Record<string, ColumnType>> = { row: 'int32', complete: 'bool' };

/** Writes the test rows again, with some cells of a column replaced. */
async function changeCells(file: string, column: string, change: (cells: readonly Cell[]) => readonly Cell[]) {
  const table = await StageTable.read(file, 'preprocess');
  const names = ['row', 'minutes', 'complete', ...JSON.parse(table.metadata['columns'] ?? '[]')];
  const columns = names.map((name): Column => {
    const cells = table.cells(name);
    return { name, type: TYPES[name] ?? 'float32', values: name === column ? change(cells) : cells };
  });
  await writeTable(file, columns, table.metadata);
}

/** What was judged in the context, with the golden rows chosen. */
async function judgedIn(context: PipelineContext) {
  const { orders, python } = await readTestSet(context);
  const golden: GoldenRow[] = JSON.parse(readFileSync(context.files.golden, 'utf8'));
  return { orders, python, golden };
}

/** Writes predictions as `fit.py` does. */
async function writePredictions(file: string, { minutes, nearThreshold, alternatives }: PythonPredictions) {
  const rows = (await StageTable.read(file, 'fit')).cells('row');
  const table = new Table({
    row: vectorFromArray(rows, new Int32()),
    minutes: vectorFromArray([...minutes], new Float64()),
    near_threshold: vectorFromArray([...nearThreshold], new Bool()),
    alternatives: vectorFromArray([...alternatives], new List(new Field('item', new Float64()))),
  });
  writeFileSync(file, tableToIPC(table, 'file'));
}

t.test('orders are encoded for judging as they were for training, to the bit', async (t) => {
  const context = contextIn(await trainedProject());
  const { features, encoder, orders } = await readTestSet(context);
  const table = await StageTable.read(context.files.test, 'preprocess');
  t.equal(orders.length, table.rows);
  t.ok(table.rows > 500);
  const width = encoder.columns.length;
  t.strictSame(encoder.columns, context.params.features);
  for (const [column, name] of encoder.columns.entries()) {
    const encoded = Float32Array.from({ length: table.rows }, (_, row) => features[row * width + column] ?? Number.NaN);
    const trained = Float32Array.from(table.numbers(name));
    t.ok(Buffer.from(encoded.buffer).equals(Buffer.from(trained.buffer)), name);
  }
});

t.test(
  'a single cell that differs by the last bit stops the evaluation, and its feature and row are named',
  async (t) => {
    const context = contextIn(await copyOfTrained(t.testdir()));
    await changeCells(context.files.test, 'distance_km', (cells) =>
      cells.map((cell, row) => (row === 17 ? Number(cell) * (1 + 2 ** -23) : cell)),
    );
    const before = readFileSync(context.files.evaluationReport, 'utf8');
    const message = /^Test row 17: feature 'distance_km' was [0-9.]+ for training and is [0-9.]+ for serving/;
    await t.rejects(evaluate.run(context), { name: 'PipelineError', code: 'parity_failed', message });
    t.equal(readFileSync(context.files.evaluationReport, 'utf8'), before, 'and nothing is reported');
  },
);

t.test('one answer that is not what Python gave stops the evaluation, and its row is named', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  const { orders, golden, python } = await judgedIn(context);
  // The pool itself would refuse a golden row that differs.
  const row = orders.findIndex(({ ID }) => golden.every(({ order }) => order.ID !== ID));
  const minutes = python.minutes.map((minutes, at) => minutes + (at === row ? 0.002 : 0));
  await writePredictions(context.files.predictions, { ...python, minutes });
  const message = new RegExp(`^Test row ${row} is served as .* minutes; Python gives ${minutes[row]}\\.$`);
  await t.rejects(evaluate.run(context), { code: 'parity_failed', message });
});

t.test('predictions of other rows are refused as those of another split', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  await changeCells(context.files.test, 'row', (cells) => cells);
  await t.resolves(readTestSet(context), 'written again, the table is what it was');
  const { files } = context;
  const python = await StageTable.read(files.predictions, 'fit');
  const values = python.numbers('row').map((row, at) => row + (at === 3 ? 1 : 0));
  await writeTable(files.predictions, [{ name: 'row', type: 'int32', values }], python.metadata);
  const message = 'The model was fitted on another split. Run again: npm run stage -- fit';
  await t.rejects(evaluate.run(context), { code: 'stage_input_stale', message });
});

t.test('64 golden rows hold test orders with the minutes that Python gave', async (t) => {
  const { orders, golden, python } = await judgedIn(contextIn(await trainedProject()));
  t.equal(golden.length, 64);
  t.equal(new Set(golden.map(({ order }) => order.ID)).size, 64, 'all of them different');
  for (const row of golden) {
    const at = orders.findIndex(({ ID }) => ID === row.order.ID);
    t.strictSame(row, { order: orders[at], minutes: python.minutes[at] });
  }
  const incomplete = golden.filter(({ order }) => order.Restaurant_latitude === undefined).length;
  t.ok(incomplete > 0 && incomplete < 64, 'incomplete orders are among them');
});

t.test('no golden row lies near a threshold of the meta-model', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  const { orders, golden, python } = await judgedIn(context);
  const chosen = golden.slice(0, 4).map(({ order }) => order.ID);
  const near = orders.map(({ ID }, row) => chosen.includes(ID) || python.nearThreshold[row] === true);
  const alternatives = python.alternatives.map((sides, row) => (near[row] ? [...sides, python.minutes[row] ?? 0] : []));
  await writePredictions(context.files.predictions, { ...python, nearThreshold: near, alternatives });
  await evaluate.run(context);
  const after = (await judgedIn(context)).golden.map(({ order }) => order.ID);
  t.equal(new Set(after).size, 64);
  t.notOk(after.some((id) => near[orders.findIndex(({ ID }) => ID === id)]));
});

t.test('evaluation again gives the same report, and the judged orders are kept with every answer', async (t) => {
  const context = contextIn(await copyOfTrained(t.testdir()));
  const { files } = context;
  const before = readFileSync(files.evaluationReport, 'utf8');
  await evaluate.run(context);
  t.equal(readFileSync(files.evaluationReport, 'utf8'), before);
  const report: EvaluationReport = JSON.parse(before);
  const [judged, test] = [await StageTable.read(files.judged, ''), await StageTable.read(files.test, '')];
  t.equal(report.all.rows, test.rows);
  t.equal(report.parity.rows, test.rows);
  t.equal(report.complete.rows, test.cells('complete').filter(Boolean).length);
  t.ok(report.parity.largest_difference <= 0.001);
  for (const column of ['minutes', 'complete']) t.strictSame(judged.cells(column), test.cells(column), column);
});
