import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { FoodEtaClient, ModelInfo } from '../client/index.js';
import { MODEL_NAME } from '../config/model-name.js';
import { writeSums } from '../registry/version-files.js';
import { copyRegistry } from '../testing/copied-registry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { clientOf } from '../testing/test-client.js';
import { startTestServer } from '../testing/test-server.js';
import { registerVariant } from '../testing/variant.js';
import { SHORTEST_ORDER } from './openapi/example-order.js';

type ShadowInfo = NonNullable<ModelInfo['shadow']>;

const DENSITIES = ['Low', 'Medium', 'High', 'Jam'];

async function shadowWhen(client: FoodEtaClient, isWanted: (shadow: ShadowInfo) => boolean): Promise<ShadowInfo> {
  for (;;) {
    const { shadow } = await client.modelInfo();
    if (shadow !== null && isWanted(shadow)) return shadow;
  }
}

/** Production at version 1, shadowed by what alias `staging` points to: a version that answers otherwise. */
async function shadowed(t: Test, settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const copy = await copyRegistry(join(folder, 'registry'));
  const variant = await registerVariant(copy, join(folder, 'variant'));
  await copy.registry.setAlias(MODEL_NAME, 'staging', variant);
  const server = await startTestServer(t, {
    REGISTRY_DIR: copy.folder,
    SHADOW_ALIAS: 'staging',
    SHADOW_FRACTION: '1',
    ...settings,
  });
  return { ...copy, variant, url: server.url, client: clientOf(t, server.url) };
}

/** The minutes of each density, one after the other, as a version of its own server gives them. */
async function minutesOf(client: FoodEtaClient): Promise<number[]> {
  const minutes: number[] = [];
  for (const Road_traffic_density of DENSITIES) {
    minutes.push((await client.predict({ ...SHORTEST_ORDER, Road_traffic_density })).minutes);
  }
  return minutes;
}

t.test('the rows of the shadow go to its workers, however few they are', async (t) => {
  const { client, url, variant } = await shadowed(t);
  await shadowWhen(client, ({ version }) => version === variant);
  const minutes = await minutesOf(client);
  await shadowWhen(client, ({ rows }) => rows === minutes.length);
  const exposition = await (await fetch(`${url}/metrics`)).text();
  const busy = /^food_eta_worker_busy_seconds_total\{[^}]*role="shadow"[^}]*\} (\S+)$/m.exec(exposition)?.[1];
  t.ok(Number(busy) > 0);
});

t.test('what callers got is compared with what the shadow gives, row by row', async (t) => {
  const { client, variant, folder } = await shadowed(t);
  await shadowWhen(client, ({ version }) => version === variant);
  const live = await minutesOf(client);
  const shadow = await shadowWhen(client, ({ rows }) => rows === DENSITIES.length);
  const alone = await startTestServer(t, { REGISTRY_DIR: folder, MODEL_URI: `models:/${MODEL_NAME}/${variant}` });
  const differences = (await minutesOf(clientOf(t, alone.url))).map((minutes, index) => minutes - (live[index] ?? 0));
  const mean = differences.reduce((sum, one) => sum + one, 0) / differences.length;
  t.ok(Math.abs((shadow.mean_difference ?? Number.NaN) - mean) < 0.02, 'callers get minutes to two decimals');
  t.ok((shadow.mean_absolute_difference ?? 0) > 0.02);
  t.match(shadow, { alias: 'staging', live_version: 1, failed: 0, shed: 0, refused: null });
  t.equal(
    shadow.histogram.reduce((sum, { rows }) => sum + rows, 0),
    DENSITIES.length,
  );
});

t.test('a shadow of the version that answers compares nothing', async (t) => {
  const { client, registry } = await shadowed(t);
  await registry.setAlias(MODEL_NAME, 'staging', 1);
  await shadowWhen(client, ({ version }) => version === 1);
  await minutesOf(client);
  const { rows, shed } = await shadowWhen(client, () => true);
  t.same({ rows, shed }, { rows: 0, shed: 0 });
});

t.test('a fraction of 0 compares nothing', async (t) => {
  const { client, variant } = await shadowed(t, { SHADOW_FRACTION: '0' });
  await shadowWhen(client, ({ version }) => version === variant);
  await minutesOf(client);
  t.equal((await shadowWhen(client, () => true)).rows, 0);
});

t.test('a shadow that is broken or absent is told, and no caller notices', async (t) => {
  const { client, registry, files, variant } = await shadowed(t);
  await shadowWhen(client, ({ version }) => version === variant);
  const folder = await files(2);
  await writeFile(join(folder, 'golden.json'), JSON.stringify([{ order: {}, minutes: -1 }]));
  await writeSums(folder);
  await registry.setAlias(MODEL_NAME, 'staging', 2);
  t.match((await shadowWhen(client, ({ refused }) => refused !== null)).refused, /golden row 0/);
  t.equal((await minutesOf(client)).length, DENSITIES.length);
  await registry.deleteAlias(MODEL_NAME, 'staging');
  await shadowWhen(client, ({ version }) => version === null);
  t.match(await client.predict(SHORTEST_ORDER), { minutes: Number });
});
