import { execFile } from 'node:child_process';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { CATALOGUE } from './catalogue.js';
import type { NumberFeature } from './feature.js';
import { Order } from './order.js';
import { readOrders, readRecords, recordFaults, withUnrecorded } from './record-revisions.js';

const orders = readOrders();
const tenth: NumberFeature = { name: 'tenth', revision: 1, kind: 'number', inputs: [], value: () => 0.1 };
const recordOfTenth = withUnrecorded({}, [tenth], orders);

t.test('every feature gives what is recorded of its revision', async (t) => {
  t.strictSame(recordFaults(readRecords(), CATALOGUE, orders), []);
});

t.test('the fixed orders are ones that could be sent, but for those whose coordinates are unknown', async (t) => {
  const sendable = Compile(Order);
  const others = Object.keys(orders).filter((name) => !sendable.Check(orders[name]));
  t.strictSame(others, [
    'nothing known',
    'restaurant unknown',
    'customer without longitude',
    'both places unknown, the way between them known',
  ]);
});

t.test('a value that changes without a new revision is told, with what it was and what to do', async (t) => {
  for (const changed of [0.2, Number.NaN, undefined]) {
    const faults = recordFaults(recordOfTenth, [{ ...tenth, value: () => changed }], orders);
    t.equal(faults.length, Object.keys(orders).length);
    t.match(faults[0], /^tenth@1 .*'everything given' is (0\.2|NaN|null) and was 0\.1: .*raise the revision/);
  }
});

t.test('a value that was missing is not 0, nor the other way round', async (t) => {
  const [zero, missing] = [0, undefined].map((value): NumberFeature => ({ ...tenth, value: () => value }));
  for (const [was, is] of [
    [zero, missing],
    [missing, zero],
  ] as [NumberFeature, NumberFeature][]) {
    const faults = recordFaults(withUnrecorded({}, [was], orders), [is], orders);
    t.equal(faults.length, Object.keys(orders).length);
  }
});

t.test('a change that float32 cannot hold is none', async (t) => {
  t.strictSame(recordFaults(recordOfTenth, [{ ...tenth, value: () => 0.1 + 1e-12 }], orders), []);
});

t.test('a revision that is not recorded is told, with the command that records it', async (t) => {
  t.match(recordFaults(recordOfTenth, [{ ...tenth, revision: 2 }], orders), [/^tenth@2 .*npm run record-features/]);
});

t.test('recording adds what is missing and alters nothing that is recorded', async (t) => {
  const changed = { ...tenth, value: () => 0.2 };
  t.strictSame(withUnrecorded(recordOfTenth, [changed], orders), recordOfTenth);
  const both = withUnrecorded(recordOfTenth, [{ ...changed, revision: 2 }], orders);
  t.strictSame(both['tenth@1'], recordOfTenth['tenth@1']);
  t.strictSame(recordFaults(both, [{ ...changed, revision: 2 }], orders), []);
});

/** A project with the program and its two files alone, and what node does there. */
function copiedProject(folder: string) {
  const project = new URL('../..', import.meta.url).pathname;
  for (const part of ['package.json', 'dist/features', 'features/fixtures']) {
    cpSync(join(project, part), join(folder, part), { recursive: true });
  }
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'));
  const run = async (...args: string[]) => (await promisify(execFile)(process.execPath, args, { cwd: folder })).stdout;
  return { run, file: join(folder, 'features/fixtures/revisions.json') };
}

t.test('the command adds to the file what it lacks and names it; when it lacks nothing, it says so', async (t) => {
  const folder = t.testdir();
  const { run, file } = copiedProject(folder);
  const whole = readRecords();
  const { 'city_type@1': _, 'weather@1': __, ...others } = whole;
  writeFileSync(file, JSON.stringify(others));
  const program = 'dist/features/record-revisions.js';

  const importing = `await import('./${program}');`;
  writeFileSync(join(folder, 'importing.js'), importing);
  for (const args of [['importing.js'], ['--input-type=module', '--eval', importing]]) {
    t.equal(await run(...args), '', 'imported, it does nothing');
  }
  t.equal(readFileSync(file, 'utf8'), JSON.stringify(others));

  t.equal(await run(program), 'Recorded: city_type@1, weather@1.\n');
  const written = readFileSync(file, 'utf8');
  t.strictSame(JSON.parse(written), whole);
  t.equal(
    written,
    `${JSON.stringify(JSON.parse(written), null, 2)}\n`,
    'as it is kept, so that a diff shows what is new',
  );

  t.equal(await run(program), 'Every feature is recorded.\n');
  t.equal(readFileSync(file, 'utf8'), written);
});
