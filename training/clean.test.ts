import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { FIXED } from '../features/fixtures/generated-orders.js';
import { type CleaningReport, clean } from './clean.js';
import { contextIn, foldersIn, runCommand } from './fixtures/project.js';
import { type RawCells, rawFile, rowsWithIds } from './fixtures/raw-orders.js';
import { RAW_COLUMNS } from './header.js';
import { ordersOf } from './orders.js';
import { StageTable } from './table.js';

/** Cleans `raw` in `folder` and gives what the stage has written. */
async function cleanIn(folder: string, raw: string | Buffer) {
  const data = join(folder, 'orders.csv');
  writeFileSync(data, raw);
  const context = contextIn(foldersIn(folder), { data });
  await clean.run(context);
  const table = await StageTable.read(context.files.orders, 'clean');
  const report: CleaningReport = JSON.parse(readFileSync(context.files.cleaningReport, 'utf8'));
  return { table, orders: ordersOf(table), report };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

t.test('every row is counted: as kept, with its repairs by kind, or as rejected, with the reason', async (t) => {
  const raw = rawFile([
    {},
    { 'Time_taken (min)': '(min) 24', Weather_conditions: 'conditions Fog', City: ' NaN ' },
    { Delivery_person_Age: '15', Delivery_person_Ratings: '6', Time_Orderd: '0.833333333' },
    { 'Time_taken (min)': 'NaN' },
    { 'Time_taken (min)': '' },
    { 'Time_taken (min)': '(min) soon' },
  ]);
  const { report, table, orders } = await cleanIn(t.testdir(), `${raw}0x1,too short\n`);
  t.strictSame(report, {
    data_file: 'orders.csv',
    data_sha256: createHash('sha256').update(`${raw}0x1,too short\n`).digest('hex'),
    data: 'orders',
    rows_in: 7,
    rows_kept: 3,
    rows_repaired: 2,
    rows_rejected: 4,
    repaired: {
      prefix_removed: 2,
      age_below_minimum_set_missing: 1,
      rating_out_of_range_set_missing: 1,
      time_from_day_fraction: 1,
    },
    rejected: { target_missing: 2, target_unreadable: 1, wrong_number_of_cells: 1 },
    missing: { City: 1, Delivery_person_Age: 1, Delivery_person_Ratings: 1 },
    ignored_columns: [],
  });
  t.strictSame(table.cells('line'), [2, 3, 4]);
  t.strictSame(table.cells('minutes'), [46, 24, 46]);
  t.strictSame(table.cells('Time_Order_picked'), ['22:10', '22:10', '22:10']);
  t.match(orders[1], { ID: '0x1001', Delivery_person_Age: 36, Weather_conditions: 'Fog', City: undefined });
  t.match(orders[2], { Delivery_person_Age: undefined, Time_Orderd: '20:00', Vehicle_condition: 2 });
});

t.test('whatever stands in the cells, as many rows come out, kept or rejected, as went in', async (t) => {
  const folder = t.testdir();
  const odd = fc.oneof(
    fc.constantFrom('', 'NaN', ' nan ', '0', '-0', '-12.5', '1e300', '24:05:00', '0.5', '31-02-2022', '(min) 24', '٣'),
    fc.stringMatching(/^[^\0",\r\n]*$/),
  );
  const cells: fc.Arbitrary<RawCells> = fc.record(Object.fromEntries(RAW_COLUMNS.map((column) => [column, odd])), {
    requiredKeys: [],
  });
  const rows = fc.array(fc.tuple(cells, fc.constantFrom('', '', ',surplus')), { maxLength: 8 });
  const good = { ID: 'good', 'Time_taken (min)': '20' };
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      const [header, ...lines] = rawFile([...rows.map(([row]) => row), good])
        .trimEnd()
        .split('\n');
      const raw = [header, ...lines.map((line, row) => line + (rows[row]?.[1] ?? ''))].join('\n');
      const { report, table } = await cleanIn(folder, raw);
      return (
        report.rows_in === rows.length + 1 &&
        report.rows_in === report.rows_kept + sum(report.rejected) &&
        report.rows_rejected === sum(report.rejected) &&
        report.rows_kept === table.rows &&
        report.rows_repaired <= Math.min(report.rows_kept, sum(report.repaired)) &&
        (report.rejected['wrong_number_of_cells'] ?? 0) === rows.filter(([, surplus]) => surplus !== '').length
      );
    }),
    { ...FIXED, numRuns: 40 },
  );
});

t.test('other copies of the file make the same orders', async (t) => {
  const rows = rowsWithIds(20);
  const plain = rawFile(rows);
  const { orders } = await cleanIn(t.testdir({}), plain);
  t.equal(orders.length, 20);
  const copies = {
    'columns in another order': rawFile(rows, RAW_COLUMNS.toReversed()),
    'a byte order mark': `\ufeff${plain}`,
    'lines that end as on Windows': plain.replaceAll('\n', '\r\n'),
    'lines that end with a carriage return alone': plain.replaceAll('\n', '\r'),
    'lines that end in both ways': plain.replaceAll(/(0x100[0-7].*)\n/g, '$1\r\n'),
    'spaces in the names of columns': plain.replace('ID,', ' ID ,').replace('Time_taken (min)', 'Time_taken(min)'),
    'a column more': plain.replaceAll('\n', ',more\n'),
    'every cell in quotes': plain.replaceAll(/[^,\n]+/g, '"$&"'),
  };
  for (const [name, copy] of Object.entries(copies)) {
    t.not(copy, plain, `${name} is another file`);
    t.strictSame((await cleanIn(t.testdir({}), copy)).orders, orders, name);
  }
  const { report } = await cleanIn(t.testdir({}), copies['a column more']);
  t.strictSame(report.ignored_columns, ['more'], 'and what is of no use is told');
});

t.test('a file that cannot be used is refused with what is wrong, and what was cleaned before stays', async (t) => {
  const raw = rawFile([{}]);
  const refused = {
    'the file is empty': { raw: '', message: /orders\.csv is empty: it has no header line\.$/ },
    'there is only a header': { raw: rawFile([]), message: /orders\.csv has no row with a target: 0 rows in/ },
    'no row has a target': {
      raw: rawFile([{ 'Time_taken (min)': 'NaN' }]),
      message: /has no row with a target: 1 rows in/,
    },
    'columns are missing': {
      raw: raw.replace('Festival', 'Fest').replace('City', 'Town'),
      message: /orders\.csv, line 1: column 'Festival' is missing; column 'City' is missing\. Found: "ID, /,
    },
    'a column is there twice': {
      raw: raw.replaceAll('\n', ',again\n').replace(',again', ', City'),
      message: /orders\.csv, line 1: column 'City' is there twice\. Found: /,
    },
    'it is compressed': {
      raw: Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff, 0x22, 0x00]),
      message: /orders\.csv cannot be used: it is a gzip file\. Unpack it/,
    },
    'a quote is never closed': {
      raw: `${rawFile(rowsWithIds(3))}"0x2000,DEHRES\n0x2001,DEHRES\n`,
      message: /orders\.csv, line 5: this is no CSV: /,
    },
  };
  for (const [name, { raw, message }] of Object.entries(refused)) {
    await t.rejects(cleanIn(t.testdir({}), raw), { name: 'PipelineError', code: 'data_invalid', message }, name);
    const folder = t.testdir({});
    const { files } = contextIn(foldersIn(folder));
    await cleanIn(folder, rawFile([{}]));
    const before = readFileSync(files.orders);
    await t.rejects(cleanIn(folder, raw));
    t.strictSame(readFileSync(files.orders), before, `${name}: the orders of before are untouched`);
    t.strictSame(readdirSync(dirname(files.orders)), ['orders.arrow'], `${name}: and nothing lies beside them`);
  }
});

t.test('a file that fails half way leaves no orders', async (t) => {
  const folder = t.testdir({});
  const { files } = contextIn(foldersIn(folder));
  await t.rejects(cleanIn(folder, `${rawFile(rowsWithIds(5_000))}"0x2000,`), { code: 'data_invalid' });
  t.notOk(existsSync(files.orders));
  t.notOk(existsSync(files.cleaningReport));
});

t.test('the raw file is never changed', async (t) => {
  const folder = t.testdir({});
  const raw = `\ufeff${rawFile([{ City: ' NaN ' }])}0x1\r\n`;
  await cleanIn(folder, raw);
  t.equal(readFileSync(join(folder, 'orders.csv'), 'utf8'), raw);
});

t.test('a single row of the sample maker marks all that is made of the file as sample', async (t) => {
  const marked = [{}, { Delivery_person_ID: 'SAMPLENAGRES07DEL02' }];
  const { report, table } = await cleanIn(t.testdir({}), rawFile(marked));
  t.equal(report.data, 'sample');
  t.match(table.metadata, { data: 'sample', data_file: 'orders.csv', data_sha256: report.data_sha256 });
  t.equal(
    (await cleanIn(t.testdir({}), rawFile([{ ID: 'SAMPLE' }]))).report.data,
    'orders',
    'no other column marks it',
  );
});

t.test('the command ends with exit code 1 and one sentence where the file is at fault', async (t) => {
  const folder = t.testdir({ 'orders.csv': rawFile([{}]).replace('Festival', 'Fest') });
  const data = join(folder, 'orders.csv');
  const args = ['clean', '--data', data];
  const { code, stdout, stderr } = await runCommand('training/run-stage.js', args, foldersIn(folder));
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.ok(stderr.startsWith(`${data}, line 1: column 'Festival' is missing. Found: `), stderr);
  t.equal(stderr.indexOf('\n'), stderr.length - 1, 'one line');
});
