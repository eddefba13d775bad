import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { distanceKm } from '../features/definitions.js';
import { trainedProject } from '../testing/trained-project.js';
import { type DiagnosticsReport, diagnose } from './diagnose.js';
import { contextIn, copyOfTrained } from './fixtures/project.js';
import { ordersOf } from './orders.js';
import { plotTables } from './plot-tables.js';
import { StageTable } from './table.js';

/** The report on the trained model, and the test rows that it is about. */
async function diagnosed() {
  const context = contextIn(await trainedProject());
  const report: DiagnosticsReport = JSON.parse(readFileSync(context.files.diagnosticsReport, 'utf8'));
  const judged = await StageTable.read(context.files.judged, 'evaluate');
  const [actual, predicted, lines] = [judged.numbers('minutes'), judged.numbers('predicted'), judged.numbers('line')];
  const residuals = [...predicted].map((minutes, row) => minutes - (actual[row] ?? Number.NaN));
  return { context, report, orders: ordersOf(judged), lines, actual, predicted, residuals };
}

t.test('in every dimension the slices hold each test row once, and their errors add up to the whole', async (t) => {
  const { report, residuals } = await diagnosed();
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
  t.strictSame(Object.keys(report.slices), ['city', 'traffic', 'weather', 'hour', 'distance_km', 'missing_fields']);
  for (const [dimension, slices] of Object.entries(report.slices)) {
    t.ok(slices.length > 1, `${dimension}: ${slices.map(({ value }) => value).join('; ')}`);
    t.equal(new Set(slices.map(({ value }) => value)).size, slices.length, 'no value twice');
    t.equal(total(slices.map(({ rows }) => rows)), residuals.length);
    const errors = total(slices.map(({ rows, mae }) => rows * mae));
    t.ok(Math.abs(errors - total(residuals.map(Math.abs))) < 1e-6);
    t.ok(Math.abs(total(slices.map(({ rows, mean_residual }) => rows * mean_residual)) - total(residuals)) < 1e-6);
    t.equal(Math.max(...slices.map(({ largest_error }) => largest_error)), Math.max(...residuals.map(Math.abs)));
  }
});

t.test('a slice is about the orders with its value', async (t) => {
  const { report, orders, residuals } = await diagnosed();
  const sliceOf = (dimension: string, value: string) =>
    report.slices[dimension]?.find((slice) => slice.value === value);
  const ofJam = residuals.filter((_, row) => orders[row]?.Road_traffic_density === 'Jam');
  t.equal(sliceOf('traffic', 'Jam')?.rows, ofJam.length);
  const mae = ofJam.reduce((sum, residual) => sum + Math.abs(residual), 0) / ofJam.length;
  t.ok(Math.abs((sliceOf('traffic', 'Jam')?.mae ?? 0) - mae) < 1e-9);
  const at = (test: RegExp) => orders.filter(({ Time_Orderd }) => test.test(String(Time_Orderd))).length;
  t.equal(sliceOf('hour', '20')?.rows, at(/^20:/));
  t.equal(sliceOf('hour', 'missing')?.rows, at(/undefined/));
  const near = orders.map((order) => distanceKm.value(order)).filter((km) => km != null && km >= 2 && km < 4);
  t.equal(sliceOf('distance_km', '02 to 04')?.rows, near.length);
  t.equal(sliceOf('weather', 'missing')?.rows, orders.filter((order) => order.Weather_conditions === undefined).length);
  t.equal(
    report.slices['missing_fields']?.find(({ value }) => value === 'none')?.rows,
    JSON.parse(readFileSync((await diagnosed()).context.files.evaluationReport, 'utf8')).complete.rows,
  );
});

t.test('the worst rows are the largest errors there are, the largest first, with their orders', async (t) => {
  const { report, orders, lines, actual, residuals } = await diagnosed();
  const errors = report.worst_rows.map(({ actual, predicted }) => Math.abs(predicted - actual));
  const largest = residuals
    .map(Math.abs)
    .sort((a, b) => b - a)
    .slice(0, 20);
  t.equal(errors.length, 20);
  for (const [at, error] of errors.entries()) t.ok(Math.abs(error - (largest[at] ?? 0)) < 1e-9, `${error}`);
  for (const worst of report.worst_rows) {
    const row = lines.indexOf(worst.line);
    t.strictSame(worst.order, orders[row]);
    t.equal(worst.actual, actual[row]);
  }
});

t.test('quantiles of the residuals grow from the least to the greatest', async (t) => {
  const { report, residuals } = await diagnosed();
  const shares = Object.keys(report.residual_quantiles)
    .map(Number)
    .sort((a, b) => a - b);
  const values = shares.map((share) => report.residual_quantiles[String(share)] ?? Number.NaN);
  t.ok(shares.length > 5);
  t.strictSame(
    values,
    values.toSorted((a, b) => a - b),
  );
  t.strictSame([values[0], values.at(-1)], [Math.min(...residuals), Math.max(...residuals)]);
});

t.test('every feature has its importance, the largest first, and it is the same when diagnosed again', async (t) => {
  const { report } = await diagnosed();
  const context = contextIn(await copyOfTrained(t.testdir()));
  const importances = report.permutation_importance.map(({ mae_increase }) => mae_increase);
  t.strictSame(
    importances,
    importances.toSorted((a, b) => b - a),
  );
  const names = report.permutation_importance.map(({ feature }) => feature);
  t.strictSame(names.toSorted(), context.params.features.toSorted());
  t.ok((importances[0] ?? 0) > 1, 'without the leading feature the model errs by minutes more');
  const before = readFileSync(context.files.diagnosticsReport, 'utf8');
  await diagnose.run(context);
  t.equal(readFileSync(context.files.diagnosticsReport, 'utf8'), before);
});

t.test(
  'the tables for plots say what the report says, and the predictions are spread over all test rows',
  async (t) => {
    const { context, report, actual, predicted } = await diagnosed();
    const table = (name: string) => JSON.parse(readFileSync(join(context.files.plotsFolder, `${name}.json`), 'utf8'));
    const slices = Object.entries(report.slices);
    const names = ['importance', 'predictions', ...slices.map(([name]) => `error-by-${name}`)];
    t.strictSame(readdirSync(context.files.plotsFolder).sort(), names.map((name) => `${name}.json`).sort());
    for (const [name, slice] of slices) t.strictSame(table(`error-by-${name}`), slice);
    t.strictSame(table('importance'), report.permutation_importance);
    const all = [...actual].map((minutes, row) => ({ actual: minutes, predicted: predicted[row] }));
    t.strictSame(table('predictions'), all);

    const rows = Float64Array.from({ length: 2_500 }, (_, row) => row);
    const plotted = plotTables({ actual: rows }, rows, { slices: {}, permutation_importance: [] });
    const spread = Array.from({ length: 1_000 }, (_, row) => ({ actual: Math.floor(row * 2.5) }));
    t.match(plotted['predictions'], spread);
    t.equal(plotted['predictions']?.length, 1_000);
  },
);
