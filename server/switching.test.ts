import { createHmac, randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { ServerProcess } from '../bench/server-process.js';
import { MODEL_NAME } from '../config/model-name.js';
import { writeSums } from '../registry/version-files.js';
import { copyRegistry } from '../testing/copied-registry.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { postOrder, startTestServer } from '../testing/test-server.js';
import { registerVariant } from '../testing/variant.js';
import { SHORTEST_ORDER } from './openapi/example-order.js';

/** So long that within a test only hints have the server look. */
const NEVER = '3600000';
/** So short that a test may wait for it where nothing gives a hint. */
const SOON = '50';

interface Info {
  readonly version: number;
  readonly stale: boolean;
  readonly previous: { readonly version: number } | null;
  readonly refused: { readonly version: number; readonly reason: string } | null;
  readonly registry: { readonly ok: boolean; readonly reason: string | null };
  readonly switches: readonly { readonly from: number | null; readonly to: number }[];
}

async function infoOf({ url }: ServerProcess): Promise<Info> {
  return (await (await fetch(`${url}/model-info`)).json()) as Info;
}

/** Asks until the answer is as wanted. */
async function infoWhen(server: ServerProcess, isWanted: (info: Info) => boolean): Promise<Info> {
  for (;;) {
    const info = await infoOf(server);
    if (isWanted(info)) return info;
  }
}

async function served(t: Test, settings: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder(t);
  const copy = await copyRegistry(join(folder, 'registry'));
  const { registry, files } = copy;
  const move = (version: number) => registry.setAlias(MODEL_NAME, 'production', version);
  const environment = { REGISTRY_DIR: join(folder, 'registry'), CACHE_DIR: join(folder, 'cache'), ...settings };
  return { folder, copy, files, move, environment, server: await startTestServer(t, environment) };
}

t.test(
  'an alias that moves is followed at once, and no request fails or is answered by an older version after',
  async (t) => {
    const { server, move } = await served(t, { POLL_INTERVAL_MS: NEVER });
    const answers: (readonly [status: number, version: number])[] = [];
    let asking = true;
    const ask = async (): Promise<void> => {
      while (asking) {
        const response = await postOrder(server.url, SHORTEST_ORDER);
        answers.push([response.status, Number(response.headers.get('x-model-version'))]);
        await response.arrayBuffer();
      }
    };
    const callers = [ask(), ask(), ask()];
    await move(2);
    await server.logged(({ msg, to }) => msg === 'serving' && to === 2);
    const before = answers.length;
    while (answers.length < before + 20) await new Promise(setImmediate);
    asking = false;
    await Promise.all(callers);
    t.strictSame([...new Set(answers.map(([status]) => status))], [200]);
    const versions = answers.map(([, version]) => version);
    const first = versions.indexOf(2);
    t.ok(first > 0, 'the old version answered until then');
    // Of each other caller, an answer that was on its way may be read after the first of the new version.
    t.notOk(versions.slice(first + callers.length).includes(1), 'and not after');
    t.match(await infoOf(server), {
      version: 2,
      stale: false,
      previous: { version: 1 },
      refused: null,
      registry: { ok: true, reason: null },
      switches: [
        { from: 1, to: 2 },
        { from: null, to: 1 },
      ],
    });
  },
);

t.test('each answer is that of the version it names, whatever the alias does meanwhile', async (t) => {
  const { server, copy, folder, move } = await served(t, { POLL_INTERVAL_MS: NEVER });
  const other = await registerVariant(copy, join(folder, 'variant'));
  const orders = ['Low', 'Medium', 'High', 'Jam'].map((density) => ({
    ...SHORTEST_ORDER,
    Road_traffic_density: density,
  }));
  const ask = async (order: object): Promise<[version: string, minutes: number]> => {
    const response = await postOrder(server.url, order);
    const { estimated_delivery_minutes } = (await response.json()) as { estimated_delivery_minutes: number };
    return [response.headers.get('x-model-version') ?? '', estimated_delivery_minutes];
  };
  const truth = new Map<string, number[]>();
  for (const version of [1, other]) {
    await move(version);
    await infoWhen(server, (info) => info.version === version);
    truth.set(
      String(version),
      (await Promise.all(orders.map(ask))).map(([, minutes]) => minutes),
    );
  }
  t.notSame(truth.get('1'), truth.get(String(other)), 'the two can be told apart');

  let asking = true;
  const wrong: unknown[] = [];
  const seen = new Set<string>();
  const callers = orders.map(async (order, index) => {
    while (asking) {
      const [version, minutes] = await ask(order);
      seen.add(version);
      if (truth.get(version)?.[index] !== minutes) wrong.push({ version, order, minutes });
    }
  });
  for (let turn = 0; turn < 10; turn++) {
    const version = turn % 2 === 0 ? 1 : other;
    await move(version);
    await infoWhen(server, (info) => info.version === version);
  }
  asking = false;
  await Promise.all(callers);
  t.strictSame(wrong, []);
  t.strictSame([...seen].sort(), ['1', String(other)]);
});

t.test('the way back and forth goes to what is kept loaded', async (t) => {
  const { server, move } = await served(t, { POLL_INTERVAL_MS: NEVER });
  for (const [to, before] of [
    [2, 1],
    [1, 2],
    [2, 1],
  ] as const) {
    await move(to);
    const { previous } = await infoWhen(server, ({ version }) => version === to);
    t.equal(previous?.version, before);
    t.equal((await postOrder(server.url, SHORTEST_ORDER)).headers.get('x-model-version'), String(to));
  }
});

t.test('without KEEP_PREVIOUS nothing is kept', async (t) => {
  const { server, move } = await served(t, { KEEP_PREVIOUS: '0' });
  await move(2);
  t.equal((await infoWhen(server, ({ version }) => version === 2)).previous, null);
  t.equal((await postOrder(server.url, SHORTEST_ORDER)).status, 200);
});

t.test('a version that fails a check is refused with the reason, and what was served goes on', async (t) => {
  const { server, move, files } = await served(t, { POLL_INTERVAL_MS: SOON });
  const folder = await files(2);
  await writeFile(join(folder, 'golden.json'), JSON.stringify([{ order: {}, minutes: -1 }]));
  await writeSums(folder);
  await move(2);
  const { version, refused } = await infoWhen(server, (info) => info.refused !== null);
  t.equal(version, 1);
  t.match(refused, { version: 2, reason: /golden row 0/ });
  const { status, headers } = await postOrder(server.url, SHORTEST_ORDER);
  t.same([status, headers.get('x-model-version')], [200, '1']);
  await move(1);
  await infoWhen(server, (info) => info.refused === null);
});

t.test('a start without the registry serves what was served last, as stale, until the registry is back', async (t) => {
  const { server, folder, environment } = await served(t, { POLL_INTERVAL_MS: SOON });
  t.equal(await server.stop(), 0);
  await rename(join(folder, 'registry'), join(folder, 'away'));
  const next = await startTestServer(t, environment, { until: 'listening' });
  await next.logged(({ msg }) => msg === 'serving');
  t.match(await infoOf(next), { version: 1, stale: true, registry: { ok: false, reason: /no versions/ } });
  t.equal((await postOrder(next.url, SHORTEST_ORDER)).status, 200);
  await rename(join(folder, 'away'), join(folder, 'registry'));
  t.match(await infoWhen(next, ({ stale }) => !stale), { version: 1, registry: { ok: true } });
});

t.test('without registry and cache the server stays, says why, and serves as soon as it can', async (t) => {
  const folder = await temporaryFolder(t);
  const settings = { REGISTRY_DIR: join(folder, 'registry'), CACHE_DIR: join(folder, 'cache'), POLL_INTERVAL_MS: SOON };
  const server = await startTestServer(t, settings, { until: 'listening' });
  await server.logged(({ msg }) => msg.startsWith('the registry does not say'));
  const health = async () => (await fetch(`${server.url}/health`)).status;
  t.equal(await health(), 503);
  t.equal((await postOrder(server.url, SHORTEST_ORDER)).status, 503);
  await copyRegistry(join(folder, 'draft'));
  await rename(join(folder, 'draft'), join(folder, 'registry'));
  await server.logged(({ msg }) => msg === 'serving');
  t.equal(await health(), 200);
});

t.test('a webhook is taken where it is signed with the secret', async (t) => {
  const secret = 'a secret of the test';
  const { server } = await served(t, { WEBHOOK_SECRET: secret });
  const body = '{"entity":"model_version_alias","action":"created"}';
  const deliver = async (key: string, url = server.url) => {
    const id = randomUUID();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
    const response = await fetch(`${url}/hooks/mlflow`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-mlflow-delivery-id': id,
        'x-mlflow-timestamp': timestamp,
        'x-mlflow-signature': `v1,${signature}`,
      },
      body,
    });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };
  t.same(await deliver(secret), [202, undefined]);
  t.same(await deliver('another'), [401, 'signature_invalid']);
  const { url } = await startTestServer(t);
  t.same(await deliver('', url), [404, 'not_found'], 'not without a secret');
});
