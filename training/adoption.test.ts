/** Versions that go both ways between this program and MLflow's own Python client, over a real tracking server. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { MODEL_NAME } from '../config/model-name.js';
import { Encoder } from '../features/encoder.js';
import { faultyRegistry, mlflowError, trainingRun } from '../registry/fixtures/implementations.js';
import { openRegistry } from '../registry/open-registry.js';
import type { Fault } from '../testing/fault-proxy.js';
import { trainedProject } from '../testing/trained-project.js';
import { parseGoldenRows } from '../workers/golden.js';
import { adopt } from './adoption.js';
import { withEvaluationPool } from './evaluation-pool.js';
import { contextIn, copyOfTrained, foldersIn, runCommand } from './fixtures/project.js';
import { askPython } from './fixtures/python.js';
import { publish } from './publish.js';

interface PythonAnswer {
  /** Minutes, by the kind of frame. */
  readonly predictions: Readonly<Record<string, readonly number[]>>;
  /** The numbers of the versions logged, in the order asked for. */
  readonly versions: readonly number[];
}

function readJson(folder: string, name: string) {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'));
}

/** A version of ours that Python has loaded, and versions that Python has logged: a good one and unfit ones. */
async function setUp() {
  const { registryDir } = await trainedProject();
  const trained = await (await openRegistry({ folder: registryDir })).download(MODEL_NAME, 1);
  const { registry, model, trackingUri, proxy } = await faultyRegistry(t);
  const folder = join(t.testdirName, 'project');
  const context = contextIn(await copyOfTrained(folder));
  const encoder = Encoder.fromState(readJson(trained, 'features.json'));
  await publish(registry, model, join(folder, 'version'), {
    run: trainingRun(),
    columns: encoder.columns,
    python: '3.11.7',
    onnx: '1.23.2',
    fill: async (draft) => cpSync(trained, draft, { recursive: true }),
  });
  await registry.setAlias(model, 'production', 1);

  const golden = parseGoldenRows(readJson(trained, 'golden.json'));
  const rows = golden.map(({ order }) => {
    const row = new Float32Array(encoder.columns.length);
    encoder.encode(order, row, 0);
    return [...row];
  });
  const [onnx, features] = [join(trained, 'model.onnx'), join(trained, 'features.json')];
  const question = {
    uri: `models:/${model}@production`,
    name: model,
    columns: encoder.columns,
    rows,
    log: [
      { onnx, features },
      { onnx, features, fault: 'input' },
      { onnx, features, fault: 'opset' },
      { onnx, features, fault: 'external data' },
    ],
  };
  const client = { MLFLOW_TRACKING_URI: trackingUri, MLFLOW_DISABLE_TELEMETRY: 'true' };
  const python = await askPython<PythonAnswer>('mlflow_peer.py', question, '.venv-peers/mlflow', client);
  const [good = 0, ...unfit] = python.versions;
  return { registry, model, proxy, trained, context, golden, python, good, unfit };
}

const setting = setUp();

t.test('Python predicts the same minutes, whatever the type and order of the columns', async (t) => {
  const { python, golden } = await setting;
  t.same(Object.keys(python.predictions), ['float64', 'float32', 'reordered']);
  for (const [frame, minutes] of Object.entries(python.predictions)) {
    const largest = Math.max(...golden.map((row, at) => Math.abs(row.minutes - (minutes[at] ?? Number.NaN))));
    t.ok(largest < 0.001, `${frame}: ${largest} minutes of difference at most`);
  }
});

t.test('a version logged with its features.json is judged and registered anew, as the candidate', async (t) => {
  const { registry, model, trained, context, golden, good } = await setting;
  await t.rejects(registry.download(model, good), { code: 'version_incomplete', message: /npm run adopt/ });
  const adopted = await adopt(registry, model, good, context);
  t.match(await registry.getModelVersionByAlias(model, 'candidate'), { version: adopted.version });
  t.match(adopted.tags, { adopted_from: String(good), data: 'sample', test_mae: /^\d/ });
  const files = await registry.download(model, adopted.version);
  const { complete, all } = readJson(trained, 'metrics.json');
  t.match(
    readJson(files, 'metrics.json'),
    { complete, all },
    'as when it was trained: the same model, the same orders',
  );
  const pooled = {
    onnx: readFileSync(join(files, 'model.onnx')),
    features: Encoder.fromState(readJson(files, 'features.json')).state,
    golden: parseGoldenRows(readJson(files, 'golden.json')),
  };
  t.equal(pooled.golden.length, golden.length);
  await t.resolves(
    withEvaluationPool(pooled, 1, async () => {}),
    'workers take it up by its golden rows',
  );
});

async function refused(t: Test, version: number, code: string, message: RegExp): Promise<void> {
  const { registry, model, context } = await setting;
  const before = (await registry.searchModelVersions(model)).length;
  const error: unknown = await adopt(registry, model, version, context).catch((reason: unknown) => reason);
  t.match(error, { code, message });
  t.notMatch(String(error), /\n/);
  t.equal((await registry.searchModelVersions(model)).length, before);
}

const faults: readonly RegExp[] = [
  /cannot be served: .*inputs X; wanted is 'features'/,
  /cannot be served: .*Opset 999 .*an opset that this ONNX Runtime knows/,
  /cannot be served: .*External data .*save_as_external_data=False/,
];
for (const [at, sentence] of faults.entries()) {
  t.test(`a graph that is not fit is refused: ${sentence}`, async (t) =>
    refused(t, (await setting).unfit[at] ?? 0, 'model_unfit', sentence),
  );
}

const states: readonly [given: (state: string) => Fault, code: string, sentence: RegExp][] = [
  [
    () => mlflowError(404, 'RESOURCE_DOES_NOT_EXIST'),
    'version_incomplete',
    /for want of features\.json: it is to be logged with .*extra_files=\['features\.json'\]/,
  ],
  [
    (state) => ({ kind: 'answer', status: 200, body: state.replace('"hash": "', '"hash": "0') }),
    'feature_state_invalid',
    /features\.json says its feature hash is .*: it was edited\.$/,
  ],
  [(state) => ({ kind: 'answer', status: 200, body: state.slice(1) }), 'model_unfit', /features\.json is not JSON/],
];
for (const [given, code, sentence] of states) {
  t.test(`features that are missing or wrong are refused: ${sentence}`, async (t) => {
    const { proxy, trained, good } = await setting;
    const fault = given(readFileSync(join(trained, 'features.json'), 'utf8'));
    proxy.fault = ({ url }) => (url.endsWith('/features.json') ? fault : undefined);
    return refused(t, good, code, sentence);
  });
}

t.test('the command says what it needs', async (t) => {
  const folders = foldersIn(t.testdir());
  const { code, stderr } = await runCommand('training/adopt.js', ['1'], folders);
  t.equal(code, 1);
  t.match(stderr, /^MLFLOW_TRACKING_URI is not set/);
  t.match(await runCommand('training/adopt.js', [], folders), { code: 2, stderr: /^Usage: npm run adopt -- VERSION/ });
});
