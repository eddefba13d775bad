/** The stage, on the trained project: what it writes, from what, and what it says of production. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { contextIn, copyOfTrained } from './fixtures/project.js';
import { overwrite, registerChanged, rewriteTestOrders } from './fixtures/versions.js';
import { writeRegistered } from './registered.js';
import { report, reportFile } from './report.js';

const folder = t.testdir();
const folders = await copyOfTrained(folder);
const context = contextIn(folders);
const registry = await openRegistry({ folder: folders.registryDir });

/** Makes the report of a version. */
async function reportOf(version: number): Promise<string> {
  await writeRegistered(context.files, await registry.getModelVersion(MODEL_NAME, version));
  await report.run(context);
  return readFileSync(reportFile(context.environment, version), 'utf8');
}

t.test('a training run has written the report of its version, and it is made again to the byte', async (t) => {
  const file = reportFile(context.environment, 1);
  const card = join(file, '..', 'model-card.md');
  const before = [file, card].map((path) => readFileSync(path, 'utf8'));
  rmSync(join(file, '..'), { recursive: true });
  // Version 1 was made before anything was in production.
  await registry.deleteAlias(MODEL_NAME, 'production');
  await reportOf(1);
  await registry.setAlias(MODEL_NAME, 'production', 1);
  t.strictSame(
    [file, card].map((path) => readFileSync(path, 'utf8')),
    before,
  );
});

t.test('the page says how good the version is, of what it was made, and that it is of sample orders', async (t) => {
  const page = await reportOf(2);
  const evaluation = JSON.parse(readFileSync(context.files.evaluationReport, 'utf8'));
  const { createdAt, runId, tags } = await registry.getModelVersion(MODEL_NAME, 2);
  const told = [
    evaluation.complete.r2.toFixed(4),
    evaluation.complete.mae.toFixed(3),
    evaluation.model_sha256,
    evaluation.data_sha256,
    tags['git_commit'],
    createdAt,
    runId,
    'SAMPLE DATA',
    'Not compared with production: version 2 was trained on sample orders.',
    'version 1, in production',
    'Both were judged on the same test orders',
    'min_test_r2',
    'max_p99_latency_ms',
    'random_state',
    'time_from_day_fraction',
  ];
  for (const text of told) t.ok(page.includes(text), text);
});

t.test('the model card travels with the version, and lies beside the page', async (t) => {
  const ofVersion = readFileSync(join(await registry.download(MODEL_NAME, 2), 'model-card.md'), 'utf8');
  t.equal(readFileSync(join(reportFile(context.environment, 2), '..', 'model-card.md'), 'utf8'), ofVersion);
  const headings = ofVersion.split('\n').filter((line) => line.startsWith('#'));
  t.strictSame(headings, [
    `# Model card: ${MODEL_NAME}`,
    '## The model',
    '## Intended use',
    '## What it must not be used for',
    '## Data',
    '## Metrics',
    '## Limits',
  ]);
  t.match(ofVersion, /^SAMPLE DATA\. /m);
  t.match(ofVersion, /^\| Metropolitian \| [\d,]+ \| \d\.\d\d \|/m, 'metrics by slice, with counts');
});

t.test('beside a version in production the page tells the comparison that promotion will make', async (t) => {
  const asIfReal = () =>
    registerChanged(folders, join(folder, 'version'), (files) => rewriteTestOrders(files, { data: 'orders' }));
  const production = await asIfReal();
  const candidate = await asIfReal();
  await registry.setAlias(MODEL_NAME, 'production', production);
  const page = await reportOf(candidate);
  t.match(
    page,
    /On \d+ test orders MAE \d\.\d{3} min, of version 3 in production \d\.\d{3}: difference 0\.000, 95 % interval/,
  );
  t.match(page, /<code>mae_against_production<\/code><\/th>.*\n?.*✓ pass<\/span> \(at most 0\)/);

  const files = await registry.download(MODEL_NAME, production);
  overwrite(join(files, 'model.onnx'), 'no graph');
  t.match(await reportOf(candidate), /Version 3, in production, cannot be compared with: .*model\.onnx/);
});

t.test('a version of an older release, without what the report is made of, names the stage to run', async (t) => {
  const old = await registerChanged(folders, join(folder, 'version'), async (files) => {
    rmSync(join(files, 'cleaning.json'));
  });
  const message = /cleaning\.json cannot be read .* It is made by: npm run stage -- register$/;
  await t.rejects(reportOf(old), { code: 'stage_input_missing', message });
  t.notOk(existsSync(reportFile(context.environment, old)));
});
