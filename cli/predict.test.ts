import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { PartialOrder } from '../features/order.js';
import { readRawOrder } from '../features/raw-order.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { environmentOf, trainedProject } from '../testing/trained-project.js';
import { Header } from '../training/header.js';
import { run } from './commands/predict.js';
import { contextOf } from './fixtures/context.js';
import { foodEta } from './fixtures/food-eta.js';

Object.assign(process.env, environmentOf(await trainedProject()), { MLFLOW_TRACKING_URI: '', WORKERS: '1' });
const CONTEXT = contextOf('predict');

const [HEADER = '', ...ROWS] = readFileSync((await trainedProject()).csv, 'utf8')
  .trimEnd()
  .split('\n');
const COLUMNS = HEADER.split(',');
/** Rows of one batch and part of another, dirty ones among them; the sample's cells need no quotes. */
const SOME = ROWS.slice(0, 60);

const csv = (rows: readonly string[], header = HEADER) => `${header}\n${rows.join('\n')}\n`;
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n');

/** The row with other values. */
function changed(row: string, values: Readonly<Record<string, string>>): string {
  return row
    .split(',')
    .map((cell, at) => values[COLUMNS[at] ?? ''] ?? cell)
    .join(',');
}

/** The order as it would be sent. */
function orderOf(row: string): PartialOrder {
  const cells = row.split(',');
  const header = new Header('orders.csv', COLUMNS);
  return readRawOrder(
    (column) => cells[header.position(column)] ?? '',
    () => {},
  ).order;
}

t.test('each row has the minutes that the server answers, and is rejected where the server refuses it', async (t) => {
  const folder = t.testdir({ 'orders.csv': csv(SOME) });
  const [orders, out] = [join(folder, 'orders.csv'), join(folder, 'minutes.csv')];
  const { url } = await startTestServer(t);
  const expected: string[] = [HEADER.concat(',estimated_delivery_minutes')];
  const refused: string[] = [];
  for (const [at, row] of SOME.entries()) {
    const response = await postOrder(url, orderOf(row));
    const { estimated_delivery_minutes: minutes } = (await response.json()) as { estimated_delivery_minutes: number };
    if (response.status === 200) expected.push(`${row},${minutes}`);
    else refused.push(`${at + 2}`);
  }
  const { code, stdout, stderr } = await foodEta(['predict', orders, '--out', out]);
  t.same({ code, stdout }, { code: 0, stdout: '' });
  t.strictSame(linesOf(out), expected);
  const [heading, ...rejected] = linesOf(join(folder, 'minutes.rejected.csv'));
  t.equal(heading, `line,reasons,${HEADER}`);
  t.ok(refused.length > 0, 'the sample has such rows');
  t.strictSame(
    rejected.map((line) => line.split(',')[0]),
    refused,
  );
  t.match(stderr, `60 rows by version 1: ${expected.length - 1} with minutes in ${out}, ${refused.length} rejected (`);
  t.strictSame(
    readdirSync(folder).sort(),
    ['minutes.csv', 'minutes.rejected.csv', 'orders.csv'],
    'nothing half-written',
  );
});

t.test('a bad row goes to the side file, with its line, what was given and what is allowed', async (t) => {
  const [good = ''] = ROWS;
  const bad = [
    changed(good, { Delivery_person_Age: '15', Order_Date: '31-02-2024' }),
    changed(good, { Restaurant_latitude: '51.5' }),
    changed(good, { Delivery_location_latitude: '', Delivery_location_longitude: '' }),
    `${good},one,more`,
  ];
  const folder = t.testdir({ 'orders.csv': csv([good, ...bad]) });
  const paths = [join(folder, 'orders.csv'), '--out', join(folder, 'minutes.csv')];
  const { code, result } = await run(paths, CONTEXT);
  t.equal(code, 0);
  t.match(result, {
    version: 1,
    rows: 5,
    predicted: 1,
    rejected: 4,
    reasons: {
      age_below_minimum_set_missing: 1,
      date_unreadable_set_missing: 1,
      place_out_of_range_set_missing: 1,
      place_missing: 1,
      wrong_number_of_cells: 1,
    },
    rejected_file: join(folder, 'minutes.rejected.csv'),
  });
  const [, ofValues, ofPlace, ofMissing, ofCells] = linesOf(join(folder, 'minutes.rejected.csv'));
  t.match(
    ofValues,
    /^3,"?Delivery_person_Age is '15'; allowed is a number of years, 18 or more, or nothing; Order_Date/,
  );
  t.match(ofPlace, /^4,"Restaurant_latitude, Restaurant_longitude are '51\.5', '[\d.]+'; allowed are .*6 to 38/);
  t.match(ofMissing, /^5,"Delivery_location_latitude, Delivery_location_longitude: missing, and required"/);
  t.equal(ofCells, `6,"22 cells, not as many as the header",${good},one,more`);
});

t.test('with --strict a bad row keeps the output from being written, and the exit code is 1', async (t) => {
  const [good = ''] = ROWS;
  const folder = t.testdir({ 'orders.csv': csv([good, changed(good, { Delivery_person_Ratings: '6' })]) });
  const out = join(folder, 'minutes.csv');
  writeFileSync(out, 'what was there');
  const { code, result } = await run([join(folder, 'orders.csv'), '--out', out, '--strict'], CONTEXT);
  t.equal(code, 1);
  t.match(result, { predicted: 1, rejected: 1, reasons: { rating_out_of_range_set_missing: 1 }, out: null });
  t.equal(readFileSync(out, 'utf8'), 'what was there');
  t.equal(linesOf(join(folder, 'minutes.rejected.csv')).length, 2);
});

t.test(
  'without bad rows no side file is left, not even an earlier one; columns nobody knows pass through',
  async (t) => {
    const [good = ''] = ROWS;
    const quoted = 'said ""no"", then\nyes';
    const folder = t.testdir({ 'minutes.rejected.csv': 'of an earlier run' });
    const target = COLUMNS.indexOf('Time_taken (min)');
    const untimed = (line: string) => line.split(',').toSpliced(target, 1).join(',');
    const header = `note,${untimed(HEADER)}`;
    writeFileSync(join(folder, 'orders.csv'), csv([`"${quoted}",${untimed(good)}`], header));
    const out = join(folder, 'minutes.csv');
    const { code } = await foodEta(['predict', 'orders.csv', '--out', 'minutes.csv'], { cwd: folder });
    t.equal(code, 0, 'paths are named from where one is');
    const [top, ...rest] = readFileSync(out, 'utf8').split('\n');
    t.equal(top, `${header},estimated_delivery_minutes`);
    t.match(rest.join('\n'), new RegExp(`^"${quoted}",${untimed(good).replaceAll('.', '\\.')},[0-9.]+\n$`));
    t.notOk(existsSync(join(folder, 'minutes.rejected.csv')));
  },
);

t.test('in a pipe orders come in and minutes go out, and the first bad rows are told', async (t) => {
  const [good = '', other = ''] = ROWS;
  const bad = changed(good, { Restaurant_latitude: '0', Restaurant_longitude: '0' });
  const input = csv([good, bad, other]);
  const [plain, all] = await Promise.all([
    foodEta(['predict', '-'], { input }),
    foodEta(['predict', '-', '--set-missing', '--alias', 'candidate', '--workers', '2'], { input }),
  ]);
  t.equal(plain.code, 0);
  t.equal(plain.stdout.trimEnd().split('\n').length, 3);
  t.match(
    plain.stderr,
    /^line 3: Restaurant_latitude, Restaurant_longitude are '0', '0'; allowed .*\n3 rows by version 1/,
  );
  t.match(all, { code: 0, stderr: /^3 rows by version 2: 3 with minutes; / });
  t.equal(all.stdout.trimEnd().split('\n').length, 4);
});

t.test('what is no file of orders is refused in a sentence, and nothing is written', async (t) => {
  const folder = t.testdir({
    'no-place.csv': csv(['1,2'], 'ID,City'),
    'done.csv': csv([`${ROWS[0]},1`], `${HEADER},estimated_delivery_minutes`),
  });
  const attempts: readonly (readonly [args: readonly string[], name: string, message: RegExp])[] = [
    [['none.csv'], 'PipelineError', /none\.csv cannot be read: there is no such file\. Give the path of a CSV file/],
    [['no-place.csv'], 'PipelineError', /line 1: column 'Delivery_person_Age' is missing; .*'Restaurant_latitude'/],
    [['done.csv'], 'PipelineError', /there is a column 'estimated_delivery_minutes' already/],
    [['done.csv', '--alias', 'staging', '--version', '1'], 'UsageError', /^--version and --alias both/],
    [['--strict'], 'UsageError', /^One file of orders is read; 0 were given\.\nUsage: food-eta predict IN\.csv/],
    [['minutes.csv'], 'UsageError', /three files; one is named twice/],
  ];
  for (const [[first = '', ...more], name, message] of attempts) {
    const input = first.endsWith('.csv') ? join(folder, first) : first;
    const args = [input, ...more, '--out', join(folder, 'minutes.csv')];
    await t.rejects(run(args, CONTEXT), { name, message }, first);
  }
  await t.rejects(run([join(folder, 'done.csv')], CONTEXT), { name: 'UsageError', message: /name a file with --out/ });
  t.strictSame(readdirSync(folder).sort(), ['done.csv', 'no-place.csv']);
});
