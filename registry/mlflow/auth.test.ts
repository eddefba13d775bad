/** A tracking server with basic authentication: who may come in, and what is told to who may not. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { startFaultProxy } from '../../testing/fault-proxy.js';
import { ADMIN } from '../../testing/mlflow-server.js';
import { mlflowServer } from '../../testing/peers.js';
import { mlflowRegistry } from '../fixtures/implementations.js';

const trackingUri = await mlflowServer(t, 'auth');
const SECRET = 'another-pass-phrase';

/** Somebody who may read everything and write what is theirs. */
async function newUser(): Promise<{ username: string; password: string }> {
  const user = { username: `user-${randomUUID()}`, password: SECRET };
  const authorization = `Basic ${Buffer.from(`${ADMIN.username}:${ADMIN.password}`).toString('base64')}`;
  const response = await fetch(`${trackingUri}/api/2.0/mlflow/users/create`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify(user),
  });
  t.equal(response.status, 200);
  return user;
}

t.test('with a user and a password versions are registered, fetched and promoted', async (t) => {
  const user = await newUser();
  const { registry, model, source } = await mlflowRegistry(t, { trackingUri, ...user });
  await registry.createModelVersion(model, source);
  await registry.setAlias(model, 'production', 1);
  await t.resolves(registry.download(model, 1));
  const { host } = new URL(trackingUri);
  const within = `http://${user.username}:${encodeURIComponent(user.password)}@${host}`;
  const inUri = await mlflowRegistry(t, { trackingUri: within });
  t.match(await inUri.registry.getModelVersionByAlias(model, 'production'), { version: 1 }, 'also in the address');

  const other = await mlflowRegistry(t, { trackingUri, ...(await newUser()) });
  t.match(await other.registry.getModelVersionByAlias(model, 'production'), { version: 1 }, 'others may read');
  const refused = { code: 'registry_refused', message: /POST .*alias with 403: .*may not do this/ };
  await t.rejects(other.registry.setAlias(model, 'staging', 1), refused);
});

t.test('without, or with wrong ones, the variables to set are told, and no secret', async (t) => {
  const wrong = [
    [{}, /with 401.* Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD/],
    [{ username: ADMIN.username, password: SECRET }, /with 401.* Check MLFLOW_TRACKING_USERNAME/],
  ] as const;
  for (const [credentials, message] of wrong) {
    const { registry, model } = await mlflowRegistry(t, { trackingUri, ...credentials });
    const error: unknown = await registry.searchModelVersions(model).catch((reason: unknown) => reason);
    t.match(error, { code: 'registry_refused', message });
    t.notMatch(JSON.stringify(error) + String(error), SECRET);
  }
});

t.test('a token is shown where there is no password, and never told', async (t) => {
  const proxy = await startFaultProxy(t, trackingUri);
  proxy.fault = ({ authorization }) => ({ kind: 'answer', status: 400, body: `You sent ${authorization}` });
  const seenWith = async (credentials: { token?: string; username?: string; password?: string }) => {
    const { registry, model } = await mlflowRegistry(t, { trackingUri: proxy.url, ...credentials });
    const error: unknown = await registry.searchModelVersions(model).catch((reason: unknown) => reason);
    t.match(String(error), /You sent (Bearer|Basic) …/);
    return proxy.seen.at(-1)?.authorization;
  };
  t.equal(await seenWith({ token: SECRET }), `Bearer ${SECRET}`);
  t.match(await seenWith({ token: SECRET, username: 'me', password: SECRET }), /^Basic /);
});
