import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { Order } from '../features/order.js';
import { makeSample } from './make-sample.js';
import { COLUMNS } from './sample-orders.js';

const PROGRAM = fileURLToPath(new URL('make-sample.js', import.meta.url));
const isBody = Compile(Order);

function run(...args: readonly string[]) {
  return spawnSync(process.execPath, [...args], { encoding: 'utf8' });
}

function sha256(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

t.test('the default sample has the same bytes on every machine', async (t) => {
  const file = join(t.testdir(), 'deep', 'folder', 'sample.csv');
  await makeSample(file);
  t.equal(sha256(file), '203f3a42aae87e5e848879f5d89ddfb8dc710b4b34a071f7a1b7d74e32765af1');
  const lines = readFileSync(file, 'utf8').split('\n');
  t.equal(lines.shift(), COLUMNS.join(','), 'the header');
  t.equal(lines.pop(), '', 'a line break ends the last row');
  t.equal(lines.length, 12_000);
});

t.test('a file that was there is replaced, and nothing else is left in the folder', async (t) => {
  const folder = t.testdir({ 'sample.csv': 'old' });
  await makeSample(join(folder, 'sample.csv'), { rows: 3, seed: 1 });
  t.same(readdirSync(folder), ['sample.csv']);
  t.equal(readFileSync(join(folder, 'sample.csv'), 'utf8').split('\n').length, 5);
});

t.test('a file that ends in .ndjson gets the orders that can be sent as bodies of requests, one a line', async (t) => {
  const file = join(t.testdir(), 'orders.ndjson');
  await makeSample(file, { rows: 300, seed: 1 });
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  t.ok(lines.length > 200 && lines.length < 300, `${lines.length} of 300 have both places`);
  t.equal(new Set(lines).size, lines.length, 'they are distinct');
  t.ok(lines.every((line) => isBody.Check(JSON.parse(line))));
});

t.test('a failure leaves the old file and no draft', async (t) => {
  const folder = t.testdir({ 'sample.csv': 'old', taken: {} });
  await t.rejects(makeSample(join(folder, 'sample.csv'), { rows: 0, seed: 1 }), RangeError, 'a fault of the rows');
  await t.rejects(makeSample(join(folder, 'taken'), { rows: 3, seed: 1 }), /rename/, 'a folder of that name');
  await t.rejects(
    makeSample(join(folder, 'sample.csv', 'x.csv')),
    { code: 'output_unwritable' },
    'a file for a folder',
  );
  t.same(readdirSync(folder).sort(), ['sample.csv', 'taken']);
  t.equal(readFileSync(join(folder, 'sample.csv'), 'utf8'), 'old');
});

t.test('a folder that may not be written to is told, with exit code 1 and nothing left', async (t) => {
  const folder = t.testdir({ file: '' });
  const { status, stdout, stderr } = run(PROGRAM, '--rows', '3', '--out', join(folder, 'file', 'sample.csv'));
  t.equal(status, 1);
  t.equal(stdout, '');
  t.match(stderr, /^.+sample\.csv cannot be written: a file stands where a folder is needed\. Move it away.+\n$/);
  t.same(readdirSync(folder), ['file']);
});

t.test('the command writes the file and says so, started by a symbolic link too', async (t) => {
  const folder = t.testdir();
  const out = join(folder, 'sample.csv');
  symlinkSync(PROGRAM, join(folder, 'linked.js'));
  const { status, stdout, stderr } = run(join(folder, 'linked.js'), '--rows', '3', '--seed', '1', '--out', out);
  t.same({ status, stdout, stderr }, { status: 0, stdout: `${out}: 3 sample orders, seed 1\n`, stderr: '' });
  await makeSample(join(folder, 'by-import.csv'), { rows: 3, seed: 1 });
  t.equal(sha256(out), sha256(join(folder, 'by-import.csv')));
});

t.test('a wrong argument ends it with exit code 2 and one sentence', async (t) => {
  const { status, stdout, stderr } = run(PROGRAM, '--rows', 'many');
  t.equal(status, 2);
  t.equal(stdout, '');
  t.equal(stderr, "--rows is 'many'; allowed is a whole number from 1 to 1000000.\n");
});

t.test('imported it does nothing, unless the importer has made it the program', async (t) => {
  const folder = t.testdir();
  const wrapper = join(folder, 'wrapper.mjs');
  const out = join(folder, 'sample.csv');
  const load = `await import(${JSON.stringify(new URL('make-sample.js', import.meta.url).href)});`;
  writeFileSync(wrapper, load);
  t.equal(run(wrapper, '--rows', '3', '--out', out).status, 0);
  t.notOk(existsSync(out));
  writeFileSync(wrapper, `process.argv[1] = ${JSON.stringify(PROGRAM)}; ${load}`);
  t.equal(run(wrapper, '--rows', '3', '--out', out).status, 0);
  t.ok(existsSync(out));
});
