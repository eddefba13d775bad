/** The pipeline and its commands over a real tracking server, on which the model of this name is this file's alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry, registryOptions } from '../registry/open-registry.js';
import { mlflowServer } from '../testing/peers.js';
import { contextIn, copyOfTrained, runCommand } from './fixtures/project.js';
import { registerVersion } from './register.js';
import { report, reportFile } from './report.js';

const trackingUri = await mlflowServer(t);
const folders = await copyOfTrained(t.testdir());
const local = contextIn(folders);
const variables = { MLFLOW_TRACKING_URI: trackingUri, CACHE_DIR: join(t.testdirName, 'cache') };
const context = { ...local, environment: { ...local.environment, ...variables } };
const registry = await openRegistry(registryOptions(context.environment));

async function rest(path: string) {
  const response = await fetch(`${trackingUri}/api/2.0/${path}`);
  return JSON.parse(await response.text());
}

function table(entries: readonly { key: string; value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

async function aliases(): Promise<Readonly<Record<string, number>>> {
  const versions = await registry.searchModelVersions(MODEL_NAME);
  return Object.fromEntries(versions.flatMap(({ version, aliases }) => aliases.map((alias) => [alias, version])));
}

/** The records of the moves that led to the version. */
async function trailOf(version: number): Promise<Record<string, unknown>[]> {
  const { tags } = await registry.getModelVersion(MODEL_NAME, version);
  return Object.keys(tags)
    .filter((key) => key.startsWith('moved.'))
    .map((key) => JSON.parse(tags[key] ?? ''));
}

t.test('a training run is kept with its parameters, metrics, tags and reports, and its model', async (t) => {
  const { version, runId, tags } = await registerVersion(context);
  t.equal(version, 1);
  t.strictSame(await aliases(), { candidate: 1 });
  const { run } = await rest(`mlflow/runs/get?run_id=${runId}`);
  t.match(run.info, { status: 'FINISHED', start_time: context.startedAt.getTime() });
  t.match(table(run.data.params), {
    features: context.params.features.join(', '),
    'data_splitting.test_size': '0.2',
    'model_training.RandomForest_Regressor.max_features': 'null',
    'model_training.Meta_Model.name': 'DecisionTreeRegressor',
    'promotion_policy.staging.performance.min_test_r2': '0.82',
  });
  const evaluation = JSON.parse(readFileSync(context.files.evaluationReport, 'utf8'));
  t.match(table(run.data.metrics), {
    'complete.r2': evaluation.complete.r2,
    'complete.mae': evaluation.complete.mae,
    'all.rows': evaluation.all.rows,
    'parity.largest_difference': evaluation.parity.largest_difference,
  });
  t.match(table(run.data.tags), { ...tags, data: 'sample', 'mlflow.source.type': 'LOCAL' });
  const { files } = await rest(`mlflow/artifacts/list?run_id=${runId}&path=reports`);
  t.same(
    files.map(({ path }: { path: string }) => path),
    ['cleaning', 'diagnostics', 'evaluation'].map((name) => `reports/${name}.json`),
  );

  await report.run(context);
  const pages = await rest(`mlflow/artifacts/list?run_id=${runId}&path=report`);
  t.same(
    pages.files.map(({ path }: { path: string }) => path),
    ['report/index.html', 'report/model-card.md'],
  );
  const kept = await fetch(`${trackingUri}/get-artifact?run_id=${runId}&path=report%2Findex.html`);
  t.equal(
    await kept.text(),
    readFileSync(reportFile(context.environment, version), 'utf8'),
    'the page as it was written',
  );

  const [{ model_id: modelId }] = run.outputs.model_outputs;
  const { model } = await rest(`mlflow/logged-models/${modelId}`);
  t.match(model.info, { name: MODEL_NAME, status: 'LOGGED_MODEL_READY', source_run_id: runId });
  t.match(table(model.data.metrics), { 'complete.mae': evaluation.complete.mae });
  t.match(table(model.data.params), { 'data_splitting.test_size': '0.2' });
  const mlmodel = readFileSync(join(await registry.download(MODEL_NAME, 1), 'MLmodel'), 'utf8');
  t.ok(mlmodel.includes(`run_id: '${runId}'`) && mlmodel.includes(`model_id: '${modelId}'`));
});

t.test('promotion and rollback work on it, and leave a trail', async (t) => {
  await registerVersion(context);
  await registry.setAlias(MODEL_NAME, 'production', 1);
  const moves: [program: string, args: readonly string[], after: Record<string, number>][] = [
    ['training/promote.js', ['production', '--version', '2'], { candidate: 2, production: 2, previous: 1 }],
    ['training/rollback.js', [], { candidate: 2, production: 1, previous: 2 }],
  ];
  for (const [program, args, after] of moves) {
    const { code, stderr } = await runCommand(program, args, folders, variables);
    t.same({ code, stderr }, { code: 0, stderr: '' }, `${program} ${args.join(' ')}`);
    t.same(await aliases(), after);
  }
  const gates = {
    min_test_r2: Number,
    max_test_mae: Number,
    max_p99_latency_ms: Number,
    max_cpu_ratio_to_bare: Number,
  };
  const byTime = (a: Record<string, unknown>, b: Record<string, unknown>) =>
    String(a['at']) < String(b['at']) ? -1 : 1;
  t.match((await trailOf(1)).sort(byTime), [
    { action: 'promotion', alias: 'previous', from: null, gates },
    { action: 'rollback', alias: 'production', from: 2 },
  ]);
  t.match((await trailOf(2)).sort(byTime), [
    { action: 'promotion', alias: 'production', from: 1, gates },
    { action: 'rollback', alias: 'previous', from: 1 },
  ]);
});
