/** Promotion through the command, which measures the latency of a real server: each attempt takes some seconds. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { readParams } from '../config/params.js';
import { openRegistry } from '../registry/open-registry.js';
import { trainedProject } from '../testing/trained-project.js';
import { aliasesIn, copyOfTrained, type Folders, foldersIn, PARAMS_FILE, runCommand } from './fixtures/project.js';
import { overwrite, paramsIn, registerChanged } from './fixtures/versions.js';
import type { Gate } from './gates.js';
import type { Latency } from './measure-latency.js';
import { orderColumns, ordersOf } from './orders.js';
import { promote } from './promotion.js';
import { StageTable, writeTable } from './table.js';

const PROGRAM = 'training/promote.js';
const OPTIONS = { policy: readParams(PARAMS_FILE).promotion_policy, workers: 1, say: () => {} };

async function gatesOf({ registryDir }: Folders, version: number, target: string) {
  const registry = await openRegistry({ folder: registryDir });
  const { tags } = await registry.getModelVersion(MODEL_NAME, version);
  const record: { at: string; passed: boolean; gates: Gate[]; measured: Latency } = JSON.parse(
    tags[`gates.${target}`] ?? '{}',
  );
  return record;
}

t.test('a version that fails a gate goes nowhere, and every gate is told and recorded', async (t) => {
  const folder = t.testdir();
  const folders = await copyOfTrained(folder);
  const before = await aliasesIn(folders);
  // No feature in use need read the places: a row may be complete without them, though no request could be sent.
  const version = await registerChanged(folders, join(folder, 'version'), async (files) => {
    const file = join(files, 'test-orders.arrow');
    const table = await StageTable.read(file, 'evaluate');
    const orders = ordersOf(table).map((order, row) =>
      row % 2 === 0 ? { ...order, Restaurant_latitude: null } : order,
    );
    rmSync(file);
    const columns = [
      ...orderColumns(orders),
      { name: 'complete', type: 'bool', values: table.cells('complete') },
      { name: 'minutes', type: 'float64', values: table.cells('minutes') },
      { name: 'predicted', type: 'float32', values: table.cells('predicted') },
    ] as const;
    await writeTable(file, columns, table.metadata);
  });
  const params = paramsIn(
    folder,
    ['max_test_mae: 6.0', 'max_test_mae: 0.01'],
    ['max_extreme_errors: 2', 'max_extreme_errors: 100'],
  );
  const { code, stdout, stderr } = await runCommand(PROGRAM, ['staging', '--params', params], folders);
  t.same({ code, stderr }, { code: 1, stderr: '' });
  t.match(stdout, /^FoodDeliveryTimeModel version 3 \(data=unknown\) to staging; measuring latency …$/m);
  t.match(stdout, /^ {2}pass {2}min_test_r2 +at least 0\.82 +0\.[0-9]{4} +\(all rows: 0\.[0-9]{4}\)$/m);
  t.match(stdout, /^ {2}FAIL {2}max_test_mae +at most 0\.01 +[0-9]\.[0-9]{4} +\(all rows: [0-9]\.[0-9]{4}\)$/m);
  t.match(stdout, /^ {2}pass {2}max_extreme_errors +at most 100 +[0-9]+ +\(all rows: [0-9]+\)$/m);
  t.match(stdout, /^ {2}pass {2}max_avg_latency_ms +at most 50 +[0-9.]+$/m);
  t.match(stdout, /^ {2}pass {2}max_p99_latency_ms +at most 250 +[0-9.]+$/m);
  t.match(stdout, /^ {2}pass {2}max_cpu_ratio_to_bare +at most 6 +[0-9.]+$/m);
  t.match(stdout, /\nA gate failed; nothing was moved\.\n$/);
  t.strictSame(await aliasesIn(folders), { ...before, candidate: version });

  const { passed, gates, measured, at } = await gatesOf(folders, version, 'staging');
  t.equal(passed, false);
  t.equal(new Date(at).toISOString(), at);
  t.strictSame(
    gates.map((gate) => [gate.name, gate.passed]),
    [
      ['min_test_r2', true],
      ['max_test_mae', false],
      ['max_extreme_errors', true],
      ['max_avg_latency_ms', true],
      ['max_p99_latency_ms', true],
      ['max_cpu_ratio_to_bare', true],
    ],
  );
  t.match(measured, { at_requests_per_second: 500, refused: 0, errors: 0, unsent: 0 }, 'what was measured is recorded');
  const latency = gates[3]?.value ?? 0;
  t.ok(latency > 0 && latency < 50, `${latency} ms, measured with the orders that can be sent`);
});

t.test('the candidate went to staging, and from there to production, through the same gates', async (t) => {
  const folders = await trainedProject();
  const aliases = await aliasesIn(folders);
  t.match(aliases, { staging: 1, production: 1 }, 'the commands with which the project was made have moved them');
  const [staging, production] = [await gatesOf(folders, 1, 'staging'), await gatesOf(folders, 1, 'production')];
  t.ok(staging.passed && production.passed);
  const limitsOf = (gates: readonly Gate[]) => gates.map(({ name, limit }) => [name, limit]);
  t.strictSame(limitsOf(production.gates), limitsOf(staging.gates), 'production has the limits of staging');
});

t.test('promoted to production, a version is served, and the one before it is kept as previous', async (t) => {
  const folder = t.testdir();
  const folders = await copyOfTrained(folder);
  const params = paramsIn(folder, ['min_test_r2: 0.82', 'min_test_r2: 0.123']);
  const args = ['production', '--version', '2', '--params', params];
  const { code, stdout, stderr } = await runCommand(PROGRAM, args, folders);
  t.same({ code, stderr }, { code: 0, stderr: '' });
  t.match(stdout, /version 2 \(data=sample\) to production/);
  t.match(
    stdout,
    /^ {2}pass {2}min_test_r2 +at least 0\.123 /m,
    'where nothing else is said, with the limits of staging',
  );
  t.match(
    stdout,
    /\nNot compared with production: version 2 was trained on sample orders\.\nVersion 2 is production\.\n$/,
  );
  t.strictSame(await aliasesIn(folders), { staging: 1, production: 2, previous: 1, candidate: 2 });
  t.equal((await gatesOf(folders, 2, 'production')).passed, true);
  const registry = await openRegistry({ folder: folders.registryDir });
  const { tags } = await registry.getModelVersion(MODEL_NAME, 2);
  const [[key, record] = [], ...more] = Object.entries(tags).filter(([key]) => key.startsWith('moved.'));
  t.same(more, [], 'the version has one record of its way');
  t.match(key, /^moved\.production\.[0-9]{8}T[0-9]{9}Z$/);
  t.match(JSON.parse(record ?? ''), {
    action: 'promotion',
    alias: 'production',
    from: 1,
    at: /^\d{4}-\d\d-\d\dT/,
    gates: {
      min_test_r2: Number,
      max_test_mae: Number,
      max_extreme_errors: Number,
      max_avg_latency_ms: Number,
      max_p99_latency_ms: Number,
      max_cpu_ratio_to_bare: Number,
    },
  });
});

t.test('with nothing to promote, what to do first is told', async (t) => {
  const empty = foldersIn(t.testdir());
  const { code, stdout, stderr } = await runCommand(PROGRAM, ['staging'], empty);
  t.same({ code, stdout }, { code: 1, stdout: '' });
  t.equal(
    stderr,
    "The model FoodDeliveryTimeModel has no alias 'candidate'. There are no versions of it. " +
      'Train one: npm run train -- --data FILE.csv.\n',
  );
  const folders = await copyOfTrained(t.testdir({}));
  rmSync(join(folders.registryDir, MODEL_NAME, 'aliases', 'staging'));
  const registry = await openRegistry({ folder: folders.registryDir });
  const promotion = promote(registry, MODEL_NAME, 'production', OPTIONS);
  await t.rejects(promotion, { code: 'alias_not_found', message: /Promote a version: npm run promote -- staging\.$/ });
  await t.rejects(promote(registry, MODEL_NAME, 'staging', { ...OPTIONS, version: 99 }), { code: 'version_not_found' });
});

t.test('a version with a corrupted file is not judged', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const before = await aliasesIn(folders);
  const registry = await openRegistry({ folder: folders.registryDir });
  const file = join(await registry.download(MODEL_NAME, 2), 'model.onnx');
  const bytes = readFileSync(file);
  bytes[1_000] = (bytes[1_000] ?? 0) ^ 1;
  overwrite(file, bytes);
  const message = /model\.onnx is not what SHA256SUMS says: expected /;
  await t.rejects(promote(registry, MODEL_NAME, 'staging', OPTIONS), { code: 'checksum_mismatch', message });
  t.strictSame(await aliasesIn(folders), before);
});

t.test('a version that cannot be served is not promoted, and why is told', async (t) => {
  const folder = t.testdir();
  const folders = await copyOfTrained(folder);
  const before = await aliasesIn(folders);
  const version = await registerChanged(folders, join(folder, 'version'), async (files) => {
    const golden = JSON.parse(readFileSync(join(files, 'golden.json'), 'utf8'));
    golden[0].minutes += 1;
    overwrite(join(files, 'golden.json'), JSON.stringify(golden));
  });
  const { code, stderr } = await runCommand(PROGRAM, ['staging'], folders);
  t.equal(code, 1);
  t.match(stderr, /^The bench could not measure the latency: The server does not serve: /);
  t.match(stderr, /golden row 0 .* gives [0-9.]+ minutes here and [0-9.]+ in training/);
  t.notMatch(stderr, /^ +at /m, 'no stack trace');
  t.strictSame(await aliasesIn(folders), { ...before, candidate: version });
});
