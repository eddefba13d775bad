/** What a network or a server may do to a call, through a proxy before a real tracking server. */
import t from 'tap';
import { type Fault, unusedAddress } from '../../testing/fault-proxy.js';
import { faultyRegistry, modelName } from '../fixtures/implementations.js';
import { MlflowRegistry } from './mlflow-registry.js';

const PAGE = '<!doctype html><html><head><title>Oops</title><style>b { }</style></head><h1>Internal\nerror</h1></html>';

t.test('where nobody answers, the address, the call and the variable are told', async (t) => {
  const address = await unusedAddress();
  const registry = new MlflowRegistry({ trackingUri: address, cacheFolder: '', times: { attempts: 2, retryMs: 1 } });
  await t.rejects(registry.searchModelVersions('M'), {
    code: 'registry_unreachable',
    message:
      `MLflow at ${address} cannot be reached (GET /api/2.0/mlflow/registered-models/get: ECONNREFUSED). ` +
      'Check that it runs and that MLFLOW_TRACKING_URI is its address, then try again.',
  });
});

const PASSING: Readonly<Record<string, Fault>> = {
  'a connection that is reset': { kind: 'reset' },
  'an answer that is lost': { kind: 'lost answer' },
  'an answer that breaks off': { kind: 'broken off' },
  'a 500 with a page': { kind: 'answer', status: 500, body: PAGE },
  'a 503': { kind: 'answer', status: 503, body: 'busy' },
  'a 429': { kind: 'answer', status: 429, body: '' },
};
for (const [name, fault] of Object.entries(PASSING)) {
  t.test(`${name} is survived where it passes, and told where it does not`, async (t) => {
    const { registry, proxy, model } = await faultyRegistry(t);
    proxy.fault = () => (proxy.seen.length < 3 ? fault : undefined);
    t.equal(await registry.getModelVersionByAlias(model, 'production'), undefined);
    t.equal(proxy.seen.length, 3, 'the third attempt');
    proxy.fault = () => fault;
    const code = fault.kind === 'answer' ? 'registry_failed' : 'registry_unreachable';
    const message = /^MLflow at http:.*GET \/api\/2\.0\/mlflow\/registered-models\/alias.* then try again\.$/;
    await t.rejects(registry.getModelVersionByAlias(model, 'production'), { code, message });
    t.equal(proxy.seen.length, 6);
  });
}

t.test('who does not answer is not waited for', async (t) => {
  const { registry, proxy, model } = await faultyRegistry(t, { times: { attempts: 2, retryMs: 1, callMs: 200 } });
  proxy.fault = () => ({ kind: 'hang' });
  const message = /broke off, or did not answer in time \(GET .*: no answer in time\)/;
  await t.rejects(registry.getModelVersionByAlias(model, 'a'), { code: 'registry_unreachable', message });
  t.equal(proxy.seen.length, 2);
});

t.test('what makes something anew is not sent again once the server may have had it', async (t) => {
  const { registry, proxy, model } = await faultyRegistry(t);
  const times = () => proxy.seen.filter(({ url }) => url.includes('runs/create')).length;
  proxy.fault = ({ url }) => (url.includes('runs/create') ? { kind: 'lost answer' } : undefined);
  const run = { params: {}, metrics: {}, tags: {}, reports: [], startedAt: new Date() };
  await t.rejects(registry.logRun(model, run), { code: 'registry_unreachable', message: /POST .*runs\/create/ });
  t.equal(times(), 1);
  proxy.fault = ({ url }) =>
    url.includes('runs/create') && times() < 3 ? { kind: 'answer', status: 429, body: '' } : undefined;
  await t.resolves(registry.logRun(model, run), 'but a server that says it did nothing is asked again');
});

const REFUSALS: readonly [given: Fault, code: string, message: RegExp][] = [
  [
    { kind: 'answer', status: 500, body: PAGE },
    'registry_failed',
    /with 500: Internal error\. Look at the server's log/,
  ],
  [
    { kind: 'answer', status: 404, body: '<h1>Not Found</h1>' },
    'registry_failed',
    /404: Not Found\. This is not how MLflow/,
  ],
  [
    { kind: 'answer', status: 200, body: '<h1>Welcome</h1>' },
    'registry_failed',
    /200: Welcome\. This is not how MLflow/,
  ],
  [
    { kind: 'answer', status: 200, body: '{"model_version":{"version":1}}' },
    'registry_failed',
    /other JSON than MLflow/,
  ],
  [{ kind: 'answer', status: 400, body: 'x'.repeat(5_000) }, 'registry_failed', /400: x{200}…/],
  [
    { kind: 'answer', status: 301, body: '', headers: { location: 'https://me:secret@elsewhere/' } },
    'registry_failed',
    /It redirects to https:\/\/elsewhere\/: set MLFLOW_TRACKING_URI/,
  ],
];
for (const [given, code, message] of REFUSALS) {
  t.test(`an answer that is not MLflow's is told in its own words: ${message}`, async (t) => {
    const { registry, proxy } = await faultyRegistry(t);
    proxy.fault = () => given;
    const error: unknown = await registry.getModelVersionByAlias(modelName(), 'a').catch((reason: unknown) => reason);
    t.match(error, { code, message });
    t.notMatch(String(error), /secret|</);
  });
}

t.test('a server that does not answer to the host name says so', async (t) => {
  const { registry, proxy, model } = await faultyRegistry(t);
  proxy.host = 'mlflow:5000';
  const message = /with 403: .*Host.* --allowed-hosts/;
  await t.rejects(registry.searchModelVersions(model), { code: 'registry_refused', message });
  t.equal(proxy.seen.length, 1, 'and is not asked again');
});

t.test('a path before the interface is kept', async (t) => {
  const { registry, proxy } = await faultyRegistry(t);
  const below = new MlflowRegistry({ trackingUri: `${proxy.url}/team/repo.mlflow/`, cacheFolder: '' });
  await t.rejects(below.searchModelVersions('M'), { code: 'registry_failed' });
  t.match(proxy.seen[0]?.url, /^\/team\/repo\.mlflow\/api\/2\.0\/mlflow\//);
  t.ok(registry);
});
