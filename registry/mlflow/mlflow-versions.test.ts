/** Versions in MLflow that break on the way in or out, through a proxy before a real tracking server. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { SeenRequest } from '../../testing/fault-proxy.js';
import { faultyRegistry, mlflowError, modelName, trainingRun } from '../fixtures/implementations.js';
import type { RunIds } from '../model-registry.js';

const isFile = (name: string, method: string) => (request: SeenRequest) =>
  request.method === method && request.url.endsWith(`/artifacts/${name}`);

/** What is in the cache, as names of folders. */
function cached(cacheFolder: string): string[] {
  const versions = join(cacheFolder, 'mlflow', 'versions');
  return existsSync(versions) ? readdirSync(versions) : [];
}

/** How the run ended, and its model. */
async function endOf(trackingUri: string, { runId, modelId }: RunIds): Promise<unknown[]> {
  const get = async (path: string) => JSON.parse(await (await fetch(`${trackingUri}/api/2.0/mlflow/${path}`)).text());
  const { run } = await get(`runs/get?run_id=${runId}`);
  return modelId === ''
    ? [run.info.status]
    : [run.info.status, (await get(`logged-models/${modelId}`)).model.info.status];
}

t.test('a download that breaks off is begun again', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  let breaks = 2;
  proxy.fault = (request) =>
    isFile('model.onnx', 'GET')(request) && breaks-- > 0 ? { kind: 'broken off' } : undefined;
  const files = await registry.download(model, 1);
  t.same(readFileSync(join(files, 'model.onnx')), readFileSync(join(source, 'model.onnx')));
});

t.test('what comes truncated, broken or not at all is refused, and the cache takes nothing of it', async (t) => {
  const { registry, direct, proxy, model, source, cacheFolder } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  const faults = [
    [
      { kind: 'truncated' },
      'checksum_mismatch',
      /^golden\.json of M-.* version 1 in MLflow at .* is not what SHA256SUMS/,
    ],
    [{ kind: 'broken off' }, 'registry_unreachable', /golden\.json: /],
    [
      mlflowError(404, 'RESOURCE_DOES_NOT_EXIST'),
      'version_incomplete',
      /is not a whole version, for want of golden\.json/,
    ],
  ] as const;
  for (const [fault, code, message] of faults) {
    proxy.fault = (request) => (isFile('golden.json', 'GET')(request) ? fault : undefined);
    await t.rejects(registry.download(model, 1), { code, message });
    t.same(cached(cacheFolder), []);
    t.same(readdirSync(join(cacheFolder, 'mlflow', 'staging')), []);
  }
  proxy.fault = () => undefined;
  await t.resolves(registry.download(model, 1), 'and is there when the fault is gone');
});

t.test('sums that do not name all files of a version, or are none, are refused', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  const answer = (body: string) => () => ({ kind: 'answer', status: 200, body }) as const;
  const sums = readFileSync(join(source, 'SHA256SUMS'), 'utf8');
  const isSums = isFile('SHA256SUMS', 'GET');
  const withSums = (body: string) => {
    proxy.fault = (request) => (isSums(request) ? answer(body)() : undefined);
  };
  withSums(sums.replace(/.*conda\.yaml\n/, ''));
  await t.rejects(registry.download(model, 1), { code: 'version_incomplete', message: /for want of conda\.yaml/ });
  withSums(`${'0'.repeat(64)}  ../../../etc/passwd\n`);
  await t.rejects(registry.download(model, 1), { code: 'checksum_mismatch', message: /line 1/ });
});

t.test('a version of somebody else is told apart, with what to do', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  proxy.fault = (r) => (isFile('SHA256SUMS', 'GET')(r) ? mlflowError(404, 'RESOURCE_DOES_NOT_EXIST') : undefined);
  const message = /has no SHA256SUMS: .* npm run adopt -- VERSION\.$/;
  await t.rejects(registry.download(model, 1), { code: 'version_incomplete', message });
});

t.test('an upload that does not arrive as it was sent is no version, and its run has failed', async (t) => {
  const { registry, proxy, model, source, trackingUri } = await faultyRegistry(t);
  proxy.fault = (request) => (isFile('MLmodel', 'GET')(request) ? { kind: 'truncated' } : undefined);
  const ids = await registry.logRun(model, trainingRun());
  const lost = { code: 'write_lost', message: /took MLmodel and has / };
  await t.rejects(registry.createModelVersion(model, source, ids), lost);
  t.same(await registry.searchModelVersions(model), []);
  t.same(await endOf(trackingUri, ids), ['FAILED', 'LOGGED_MODEL_UPLOAD_FAILED']);
});

t.test('a registration whose answer is lost is found, and not made twice', async (t) => {
  const { registry, proxy, model, source, trackingUri } = await faultyRegistry(t);
  proxy.fault = ({ url }) => (url.includes('model-versions/create') ? { kind: 'lost answer' } : undefined);
  const ids = await registry.logRun(model, trainingRun());
  const made = await registry.createModelVersion(model, source, { ...ids, tags: { a: 'b' } });
  t.match(made, { version: 1, tags: { a: 'b' } });
  t.equal((await registry.searchModelVersions(model)).length, 1);
  t.same(await endOf(trackingUri, ids), ['FINISHED', 'LOGGED_MODEL_READY']);
});

t.test('ended at any moment, it leaves no version that is not whole', async (t) => {
  const { registry, direct, proxy, source } = await faultyRegistry(t, {
    times: { attempts: 1, retryMs: 1, callMs: 5_000, stallMs: 5_000 },
  });
  const whole = modelName();
  await registry.createModelVersion(whole, source);
  await registry.setAlias(whole, 'candidate', 1);
  const requests = proxy.seen.length;
  t.ok(requests > 30, `${requests} requests in all`);
  // Of the uploads, which come between, some stand for all.
  const moments = Array.from({ length: requests }, (_, at) => at).filter(
    (at) => at < 6 || at % 6 === 0 || at > requests - 8,
  );
  for (const last of moments) {
    const model = modelName();
    proxy.seen.length = 0;
    proxy.fault = () => (proxy.seen.length > last ? { kind: 'reset' } : undefined);
    const working = async () => {
      const { version } = await registry.createModelVersion(model, source);
      await registry.setAlias(model, 'candidate', version);
    };
    await t.rejects(working(), { code: 'registry_unreachable' });
    for (const { version } of await direct.searchModelVersions(model)) await direct.download(model, version);
    const candidate = await direct.getModelVersionByAlias(model, 'candidate');
    if (candidate !== undefined) await direct.download(model, candidate.version);
  }
});

const WITHOUT_LOGGED_MODELS = {
  'an older MLflow': { kind: 'answer', status: 404, body: '<h1>Not Found</h1>' },
  'a service that speaks its language': mlflowError(404, 'ENDPOINT_NOT_FOUND'),
} as const;
for (const [name, answer] of Object.entries(WITHOUT_LOGGED_MODELS)) {
  t.test(`with ${name}, which knows no logged models, the version lies with its run`, async (t) => {
    const { registry, proxy, model, source, trackingUri } = await faultyRegistry(t);
    proxy.fault = ({ url }) => (url.includes('/logged-models') ? answer : undefined);
    const ids = await registry.logRun(model, trainingRun({ metrics: { mae: 2.9 }, params: { depth: '8' } }));
    t.equal(ids.modelId, '');
    const { version } = await registry.createModelVersion(model, source, { ...ids, tags: { a: 'b' } });
    const files = await registry.download(model, version);
    t.same(readFileSync(join(files, 'SHA256SUMS')), readFileSync(join(source, 'SHA256SUMS')));
    const api = `${trackingUri}/api/2.0/mlflow/model-versions/get?name=${model}&version=1`;
    const { model_version } = JSON.parse(await (await fetch(api)).text());
    t.equal(model_version.source, `runs:/${ids.runId}/model`);
    t.same(await endOf(trackingUri, ids), ['FINISHED']);
  });
}

t.test('files that the tracking server does not serve itself are refused with where they are', async (t) => {
  const { registry, direct, proxy, model, source } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  for (const [uri, shown] of [
    ['s3://me:key@bucket/models/1?X-Amz-Signature=abc', 's3://bucket/models/1;'],
    ['/srv/mlruns/0/artifacts', '/srv/mlruns/0/artifacts;'],
    ['mlflow-artifacts://elsewhere:80/0/artifacts', 'mlflow-artifacts://elsewhere:80/0/artifacts;'],
    ['mlflow-artifacts:/0/../../users', 'mlflow-artifacts:/0/../../users;'],
  ]) {
    const body = JSON.stringify({ artifact_uri: uri });
    proxy.fault = ({ url }) => (url.includes('get-download-uri') ? { kind: 'answer', status: 200, body } : undefined);
    const error: unknown = await registry.download(model, 1).catch((reason: unknown) => reason);
    t.match(error, { code: 'registry_unsupported', message: shown });
  }
});

t.test('two servers, or a database made anew, are never mixed up', async (t) => {
  const { registry, direct, proxy, model, source, cacheFolder } = await faultyRegistry(t);
  await direct.createModelVersion(model, source);
  const [first, second] = [await direct.download(model, 1), await registry.download(model, 1)];
  t.not(first, second, 'the same version by two addresses');
  t.equal(cached(cacheFolder).length, 2);
  const other = modelName();
  await direct.createModelVersion(other, source);
  t.not(await direct.download(other, 1), first, 'the same number with the same files, of another run');
  proxy.fault = (r) => (r.method === 'GET' && r.url.includes('mlflow-artifacts') ? { kind: 'reset' } : undefined);
  t.equal(await registry.download(model, 1), second, 'what is there is not fetched again');
});
