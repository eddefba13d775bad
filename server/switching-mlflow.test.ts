/** The server over a real tracking server of MLflow, which tells it by a webhook that the alias has moved. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { faultyRegistry } from '../registry/fixtures/implementations.js';
import { copyRegistry } from '../testing/copied-registry.js';
import { addAliasWebhook } from '../testing/mlflow-webhook.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { SHORTEST_ORDER } from './openapi/example-order.js';

interface Info {
  readonly stale: boolean;
  readonly registry: { readonly reason: string | null };
}

const SECRET = 'a secret of the test';
/** So long that within a test only hints have the server look. */
const NEVER = '3600000';

/** A tracking server behind a proxy, with a model of two versions, `production` at 1. */
async function tracked(t: Test) {
  const folder = await temporaryFolder(t);
  const { registry, direct, model, trackingUri, proxy } = await faultyRegistry(t);
  const copy = await copyRegistry(join(folder, 'registry'));
  const source = join(folder, 'source');
  await cp(await copy.files(1), source, { recursive: true });
  for (let made = 0; made < 2; made++) await direct.createModelVersion(model, source);
  await direct.setAlias(model, 'production', 1);
  const environment = {
    MLFLOW_TRACKING_URI: proxy.url,
    MODEL_URI: `models:/${model}@production`,
    CACHE_DIR: join(folder, 'cache'),
    WEBHOOK_SECRET: SECRET,
    POLL_INTERVAL_MS: NEVER,
  };
  return { registry, direct, model, trackingUri, proxy, environment };
}

async function versionOf(url: string): Promise<string | null> {
  const response = await postOrder(url, SHORTEST_ORDER);
  await response.arrayBuffer();
  return response.headers.get('x-model-version');
}

t.test('MLflow says that the alias has moved, and the server answers by the other version', async (t) => {
  const { direct, model, trackingUri, environment } = await tracked(t);
  const server = await startTestServer(t, environment);
  t.equal(await versionOf(server.url), '1');
  t.teardown(await addAliasWebhook(trackingUri, `${server.url}/hooks/mlflow`, SECRET));
  // MLflow looks for new webhooks in intervals: what it has not heard of by now, it hears of by one of the next moves.
  while ((await versionOf(server.url)) === '1') await direct.setAlias(model, 'production', 2);
  t.equal(await versionOf(server.url), '2');
  await direct.setAlias(model, 'production', 1);
  await server.logged(({ msg, to }) => msg === 'serving' && to === 1);
  while ((await versionOf(server.url)) !== '1');
});

t.test('a tracking server that is down costs nobody an answer, nor does it at the next start', async (t) => {
  const { proxy, environment } = await tracked(t);
  const settings = { ...environment, POLL_INTERVAL_MS: '50' };
  const server = await startTestServer(t, settings);
  proxy.fault = () => ({ kind: 'answer', status: 500, body: '<html>out of order</html>' });
  await server.logged(({ msg }) => msg.startsWith('the registry does not say'));
  t.equal(await versionOf(server.url), '1');
  t.equal(await server.stop(), 0);
  const next = await startTestServer(t, settings, { until: 'listening' });
  await next.logged(({ msg }) => msg === 'serving');
  const info = async () => (await (await fetch(`${next.url}/model-info`)).json()) as Info;
  // It serves what it has when the time for that is up, even where the first look at the registry has not ended yet.
  while ((await info()).registry.reason === null);
  t.match(await info(), { version: 1, stale: true, registry: { ok: false, reason: /500/ } });
  proxy.fault = () => undefined;
  while ((await info()).stale);
  t.equal(await versionOf(next.url), '1');
});
