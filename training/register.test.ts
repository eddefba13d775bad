import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { openRegistry } from '../registry/open-registry.js';
import { SUMS_FILE, VERSION_FILES } from '../registry/version-files.js';
import { unusedAddress } from '../testing/fault-proxy.js';
import { trainedProject } from '../testing/trained-project.js';
import { aliasesIn, contextIn, copyOfTrained, PARAMS_FILE } from './fixtures/project.js';
import { registerVersion } from './register.js';

/** What git says of this checkout, or that there is none. */
function commitNow(): string {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: join(PARAMS_FILE, '..'),
      encoding: 'utf8',
      stdio: 'pipe',
    }).trim();
  } catch {
    return 'unknown';
  }
}

t.test('a version holds all the files of one, with sums that agree', async (t) => {
  const { registryDir } = await trainedProject();
  const registry = await openRegistry({ folder: registryDir });
  for (const { version } of await registry.searchModelVersions(MODEL_NAME)) {
    const files = await registry.download(MODEL_NAME, version);
    t.strictSame(
      readdirSync(files).sort(),
      [...VERSION_FILES, 'cleaning.json', 'model-card.md', SUMS_FILE].sort(),
      `version ${version}`,
    );
  }
});

t.test('registered, a version is the candidate, says what it was made of, and moves no other alias', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const before = await aliasesIn(folders);
  const context = contextIn(folders);
  const { version } = await registerVersion(context);
  t.equal(version, 3);
  t.strictSame(await aliasesIn(folders), { ...before, candidate: 3 });

  const registry = await openRegistry({ folder: folders.registryDir });
  const registered = await registry.getModelVersion(MODEL_NAME, 3);
  const { csv } = await trainedProject();
  const report = JSON.parse(readFileSync(context.files.evaluationReport, 'utf8'));
  const { git_commit, ...tags } = registered.tags;
  t.strictSame(tags, {
    data: 'sample',
    data_file: 'orders.csv',
    data_sha256: createHash('sha256').update(readFileSync(csv)).digest('hex'),
    meta_model: 'DecisionTreeRegressor',
    test_r2: report.complete.r2.toFixed(4),
    test_mae: report.complete.mae.toFixed(3),
  });
  t.equal(git_commit?.replace(/-dirty$/, ''), commitNow());
  t.match(registered.runId, /^[0-9a-f]{32}$/);

  const files = await registry.download(MODEL_NAME, 3);
  const read = (name: string) => readFileSync(join(files, name), 'utf8');
  t.strictSame(JSON.parse(read('params.json')), context.params, 'the parameters it was fitted with');
  t.equal(read('metrics.json'), readFileSync(context.files.evaluationReport, 'utf8'));
  t.equal(read('diagnostics.json'), readFileSync(context.files.diagnosticsReport, 'utf8'));
  t.ok(readFileSync(join(files, 'model.onnx')).equals(readFileSync(context.files.onnx)));
  t.ok(read('MLmodel').includes(registered.runId));
  t.notOk(existsSync(join(context.files.modelFolder, 'version')), 'the place where it was put together is cleared');
});

t.test('without diagnostics there is no version, and the stage to run is named', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const context = contextIn(folders);
  rmSync(context.files.diagnosticsReport);
  const message = /diagnostics\.json cannot be read .* It is made by: npm run stage -- diagnose$/;
  await t.rejects(registerVersion(context), { code: 'stage_input_missing', message });
  t.equal((await aliasesIn(folders))['candidate'], 2);
});

t.test('with a tracking server that nobody runs nothing is registered, and why is told', async (t) => {
  const folders = await copyOfTrained(t.testdir());
  const context = contextIn(folders);
  const environment = { ...context.environment, MLFLOW_TRACKING_URI: await unusedAddress() };
  const message = /^MLflow at http:\/\/127\.0\.0\.1:\d+ cannot be reached .*MLFLOW_TRACKING_URI is its address/;
  await t.rejects(registerVersion({ ...context, environment }), { code: 'registry_unreachable', message });
  t.strictSame(await aliasesIn(folders), { production: 1, staging: 1, candidate: 2 });
  t.notOk(existsSync(join(context.files.modelFolder, 'version')));
});
